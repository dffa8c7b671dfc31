from collections import deque
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
        self._available: deque = deque()
        self._borrowed = 0
        self._closed = False

    @contextmanager
    def lend_connection(self):
        connection = self._acquire()
        self._borrowed += 1
        try:
            yield connection
        finally:
            self._borrowed -= 1
            if self._closed:
                connection.close()
            else:
                self._available.append(connection)

    def _acquire(self):
        if self._closed:
            raise RuntimeError("The pool has been closed")
        if self._borrowed >= self._max_connections:
            raise RuntimeError("No connection available")
        while self._available:
            connection = self._available.popleft()
            if self._check_health(connection):
                return connection
            connection.close()
        return self._open_connection()

    def close_pool(self) -> None:
        self._closed = True
        while self._available:
            self._available.popleft().close()
