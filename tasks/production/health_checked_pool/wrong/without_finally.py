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
        self._in_use: list[Any] = []
        self._closed = False

    @contextmanager
    def lend_connection(self):
        if self._closed:
            raise RuntimeError("Pool is closed")
        connection = self._next_healthy()
        if connection is None:
            if len(self._in_use) >= self._max_connections:
                raise RuntimeError("Pool exhausted")
            connection = self._open_connection()
        self._in_use.append(connection)
        yield connection
        self._in_use.remove(connection)
        if self._closed:
            connection.close()
        else:
            self._idle.append(connection)

    def _next_healthy(self):
        while self._idle:
            connection = self._idle.pop()
            try:
                healthy = self._check_health(connection)
            except Exception:
                healthy = False
            if healthy:
                return connection
            connection.close()
        return None

    def close_pool(self) -> None:
        self._closed = True
        for connection in self._idle:
            connection.close()
        self._idle.clear()
