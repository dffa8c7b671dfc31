from collections import defaultdict
from collections.abc import Callable


class RateLimiter:
    def __init__(self, max_calls: int, window_seconds: float, read_clock: Callable[[], float]) -> None:
        self._max = max_calls
        self._window = window_seconds
        self._clock = read_clock
        self._counts: dict = defaultdict(int)

    def allow_call(self, client_name: str) -> bool:
        bucket = (client_name, int(self._clock() // self._window))
        if self._counts[bucket] >= self._max:
            return False
        self._counts[bucket] += 1
        return True
