from collections.abc import Callable
from typing import Any


class ConnectionPool:
    def __init__(self, open_connection: Callable[[], Any], max_connections: int) -> None:
        self._open = open_connection
        self._max = max_connections
        self._spare: Any = None
        self._lent: list[Any] = []

    def acquire_connection(self) -> Any:
        spare, self._spare = self._spare, None
        if spare is not None and spare.is_alive():
            return spare
        if len(self._lent) >= self._max:
            raise RuntimeError("no more connections")
        connection = self._open()
        self._lent.append(connection)
        return connection

    def release_connection(self, used_connection: Any) -> None:
        if used_connection in self._lent:
            self._lent.remove(used_connection)
        if self._spare is None:
            self._spare = used_connection
        elif self._spare is not used_connection:
            used_connection.close()
