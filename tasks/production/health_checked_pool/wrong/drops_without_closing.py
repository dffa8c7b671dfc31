from collections.abc import Callable
from contextlib import contextmanager
from typing import Any


class HealthCheckedPool:
    def __init__(
        self,
        open_connection: Callable[[], Any],
        check_health: Callable[[Any], bool],
        max_connections: int,
    ) -> None:
        self._open_connection = open_connection
        self._check_health = check_health
        self._max_connections = max_connections
        self._idle: list[Any] = []
        self._lent = 0
        self._closed = False

    @contextmanager
    def lend_connection(self):
        if self._closed:
            raise RuntimeError("pool is closed")
        if self._lent >= self._max_connections:
            raise RuntimeError("pool is exhausted")
        self._idle = [connection for connection in self._idle if self._alive(connection)]
        connection = self._idle.pop() if self._idle else self._open_connection()
        self._lent += 1
        try:
            yield connection
        finally:
            self._lent -= 1
            self._idle.append(connection)

    def _alive(self, connection) -> bool:
        try:
            return self._check_health(connection)
        except Exception:
            return False

    def close_pool(self) -> None:
        for connection in self._idle:
            connection.close()
        self._idle = []
        self._closed = True
