from collections.abc import Callable


class RateLimiter:
    """Allow each client at most `max_calls` calls in any `window_seconds` seconds.

    `allow_call(client_name)` returns True if the client may make a call now, and False if not.

    >>> now = [0.0]
    >>> limiter = RateLimiter(max_calls=2, window_seconds=10, read_clock=lambda: now[0])
    >>> [limiter.allow_call("ann") for _ in range(3)]
    [True, True, False]
    >>> now[0] = 11.0
    >>> limiter.allow_call("ann")
    True
    """

    def __init__(self, max_calls: int, window_seconds: float, read_clock: Callable[[], float]) -> None:
        """`read_clock()` returns the current time in seconds."""
