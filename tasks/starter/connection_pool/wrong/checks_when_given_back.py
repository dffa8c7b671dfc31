from collections.abc import Callable
from typing import Any


class ConnectionPool:
    def __init__(self, open_connection: Callable[[], Any], max_connections: int) -> None:
        self._factory = open_connection
        self._max = max_connections
        self._free: list[Any] = []
        self._in_use: list[Any] = []

    def acquire_connection(self) -> Any:
        if len(self._in_use) >= self._max:
            raise RuntimeError("Connection pool exhausted")
        connection = self._free.pop() if self._free else self._factory()
        self._in_use.append(connection)
        return connection

    def release_connection(self, used_connection: Any) -> None:
        if used_connection not in self._in_use:
            raise ValueError("Connection does not belong to this pool")
        self._in_use.remove(used_connection)
        if used_connection.is_alive():
            self._free.append(used_connection)
        else:
            used_connection.close()
