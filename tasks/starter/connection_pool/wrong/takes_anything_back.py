from collections.abc import Callable
from typing import Any


class ConnectionPool:
    def __init__(self, open_connection: Callable[[], Any], max_connections: int) -> None:
        self._open = open_connection
        self._max = max_connections
        self._lent = 0
        self._idle: list[Any] = []

    def acquire_connection(self) -> Any:
        if self._lent >= self._max:
            raise RuntimeError(f"pool limit of {self._max} connections reached")
        connection = None
        while self._idle and connection is None:
            candidate = self._idle.pop()
            if candidate.is_alive():
                connection = candidate
        if connection is None:
            connection = self._open()
        self._lent += 1
        return connection

    def release_connection(self, used_connection: Any) -> None:
        self._lent -= 1
        self._idle.append(used_connection)
