from collections import deque
from collections.abc import Callable
from typing import Any


class ConnectionPool:
    def __init__(self, open_connection: Callable[[], Any], max_connections: int) -> None:
        self._connect = open_connection
        self._size = max_connections
        self._created = 0
        self._available: deque = deque()

    def acquire_connection(self) -> Any:
        while self._available:
            connection = self._available.popleft()
            if connection.is_alive():
                return connection
        if self._created >= self._size:
            raise RuntimeError("No connections available")
        self._created += 1
        return self._connect()

    def release_connection(self, used_connection: Any) -> None:
        if used_connection not in self._available:
            self._available.append(used_connection)
