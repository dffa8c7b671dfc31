from collections.abc import Callable


class ExpiringCache:
    """Keep values for `time_to_live` seconds after they were put.

    `put_value(entry_key, entry_value)` stores a value. `get_value(entry_key)` returns it, or None when
    there is none or it has expired. `count_entries()` returns how many entries have not expired.

    >>> now = [0]
    >>> cache = ExpiringCache(time_to_live=10, read_clock=lambda: now[0])
    >>> cache.put_value("token", "abc")
    >>> cache.get_value("token")
    'abc'
    >>> cache.count_entries()
    1
    >>> now[0] = 11
    >>> cache.get_value("token") is None
    True
    """

    def __init__(self, time_to_live: float, read_clock: Callable[[], float]) -> None:
        """`read_clock()` returns the current time in seconds."""
