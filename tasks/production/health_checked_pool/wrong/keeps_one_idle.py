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
        self._spare: Any = None
        self._active = 0
        self._closed = False

    @contextmanager
    def lend_connection(self):
        if self._closed:
            raise RuntimeError("The pool is closed")
        if self._active > self._max_connections:
            raise RuntimeError("The pool is full")
        connection = self._take_spare() or self._open_connection()
        self._active += 1
        try:
            yield connection
        finally:
            self._active -= 1
            if self._closed or self._spare is not None:
                connection.close()
            else:
                self._spare = connection

    def _take_spare(self):
        connection, self._spare = self._spare, None
        if connection is None:
            return None
        try:
            if self._check_health(connection):
                return connection
        except Exception:
            pass
        connection.close()
        return None

    def close_pool(self) -> None:
        self._closed = True
        if self._spare is not None:
            self._spare.close()
            self._spare = None
