from collections.abc import Callable
from typing import Any


class HealthCheckedPool:
    """Lend database connections, with at most `max_connections` of them open at a time.

    `with pool.lend_connection() as connection:` lends one for the length of the block. An idle connection is
    lent again after `check_health(connection)` has returned True; one that fails is closed and replaced. When all
    are lent, RuntimeError is raised. `close_pool()` closes idle connections at once and lent ones when they
    come back; after it, lending raises RuntimeError.

    >>> class DemoConnection:
    ...     def close(self):
    ...         print("closed")
    >>> pool = HealthCheckedPool(DemoConnection, check_health=lambda connection: True, max_connections=2)
    >>> with pool.lend_connection() as first:
    ...     pass
    >>> with pool.lend_connection() as second:
    ...     pass
    >>> second is first
    True
    >>> pool.close_pool()
    closed
    """

    def __init__(
        self,
        open_connection: Callable[[], Any],
        check_health: Callable[[Any], bool],
        max_connections: int,
    ) -> None:
        """`open_connection()` returns a new connection, which has the method `close()`."""
