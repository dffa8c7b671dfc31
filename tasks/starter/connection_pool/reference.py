from collections.abc import Callable
from typing import Any


class ConnectionPool:
    """Lend connections and reuse them; what has died is dropped before it is lent."""

    def __init__(self, open_connection: Callable[[], Any], max_connections: int) -> None:
        self._open = open_connection
        self._limit = max_connections
        self._idle: list[Any] = []
        self._lent: list[Any] = []

    def acquire_connection(self) -> Any:
        """Lend a living connection, the last one given back first."""
        if len(self._lent) >= self._limit:
            raise RuntimeError(f"all {self._limit} connections are in use")
        connection = self._next_connection()
        self._lent.append(connection)
        return connection

    def release_connection(self, used_connection: Any) -> None:
        """Take a connection back. Raises ValueError for one that is not lent."""
        self._lent.remove(used_connection)
        self._idle.append(used_connection)

    def _next_connection(self) -> Any:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_alive():
                return connection
        return self._open()
