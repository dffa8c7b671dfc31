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
        self._open_count = 0
        self._closed = False

    @contextmanager
    def lend_connection(self):
        connection = self._get()
        try:
            yield connection
        finally:
            if self._closed:
                self._discard(connection)
            else:
                self._idle.append(connection)

    def _get(self):
        if self._closed:
            raise RuntimeError("pool closed")
        while self._idle:
            connection = self._idle.pop()
            if self._is_usable(connection):
                return connection
            self._discard(connection)
        if self._open_count >= self._max_connections:
            raise RuntimeError("too many connections")
        self._open_count += 1
        return self._open_connection()

    def _is_usable(self, connection) -> bool:
        try:
            return bool(self._check_health(connection))
        except Exception:
            return False

    def _discard(self, connection) -> None:
        self._open_count -= 1
        connection.close()

    def close_pool(self) -> None:
        self._closed = True
        while self._idle:
            self._discard(self._idle.pop())
