from collections.abc import Callable


class ComputingCache:
    """Remember computed values for `time_to_live` seconds each; for use by many threads.

    `get_or_compute(entry_key, compute_value)` returns the value of a key. When there is none, or it was computed
    `time_to_live` seconds ago or longer, it is computed with `compute_value()` and remembered. Its time begins
    when the computation is over.

    >>> now = [100.0]
    >>> cache = ComputingCache(time_to_live=30, read_clock=lambda: now[0])
    >>> cache.get_or_compute("rate", lambda: 1.25)
    1.25
    >>> cache.get_or_compute("rate", lambda: 9.99)
    1.25
    >>> now[0] = 131.0
    >>> cache.get_or_compute("rate", lambda: 9.99)
    9.99
    """

    def __init__(self, time_to_live: float, read_clock: Callable[[], float]) -> None:
        """`read_clock()` returns the current time in seconds."""
