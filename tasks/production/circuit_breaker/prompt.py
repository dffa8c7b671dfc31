from collections.abc import Callable


class CircuitBreaker:
    """Stop calling a service that is down.

    `run_guarded(run_operation)` calls `run_operation()`, and its result or its error is the caller's. After
    `failure_limit` failures in a row calls are refused: RuntimeError is raised and the operation is not run. When
    `reset_seconds` seconds have passed since the last failure, one call is let through to try: if it succeeds, all
    is as it was at the start.

    >>> now = [0.0]
    >>> breaker = CircuitBreaker(failure_limit=1, reset_seconds=30, read_clock=lambda: now[0])
    >>> breaker.run_guarded(lambda: "fine")
    'fine'
    """

    def __init__(self, failure_limit: int, reset_seconds: float, read_clock: Callable[[], float]) -> None:
        """`read_clock()` returns the current time in seconds."""
