from collections.abc import Callable
from typing import Any


class ConnectionPool:
    """Lend connections and reuse them, at most `max_connections` at a time.

    `acquire_connection()` lends a connection, opening one where needed; it raises RuntimeError when
    `max_connections` are lent already. `release_connection(used_connection)` gives one back.

    >>> class DemoConnection:
    ...     def is_alive(self):
    ...         return True
    >>> pool = ConnectionPool(open_connection=DemoConnection, max_connections=1)
    >>> first = pool.acquire_connection()
    >>> pool.release_connection(first)
    >>> pool.acquire_connection() is first
    True
    >>> pool.acquire_connection()
    Traceback (most recent call last):
        ...
    RuntimeError: all connections are in use
    """

    def __init__(self, open_connection: Callable[[], Any], max_connections: int) -> None:
        """`open_connection()` returns a new connection, which has the methods `is_alive()` and `close()`."""
