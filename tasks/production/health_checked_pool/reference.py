from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class HealthCheckedPool:
    """Keeps idle connections in a list and counts those that are lent."""

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
    def lend_connection(self) -> Iterator[Any]:
        """Lend a connection for a `with` block."""
        connection = self._take()
        self._lent += 1
        try:
            yield connection
        finally:
            self._lent -= 1
            if self._closed:
                connection.close()
            else:
                self._idle.append(connection)

    def close_pool(self) -> None:
        """Close what is idle; what is lent is closed when it comes back."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> Any:
        if self._closed:
            raise RuntimeError("the pool is closed")
        if self._lent >= self._max_connections:
            raise RuntimeError(f"all {self._max_connections} connections are lent")
        while self._idle:
            connection = self._idle.pop()
            if self._is_healthy(connection):
                return connection
            connection.close()
        return self._open_connection()

    def _is_healthy(self, connection: Any) -> bool:
        try:
            return self._check_health(connection)
        except Exception:  # what the check of a dead connection raises depends on the driver
            return False
