from collections import defaultdict, deque
from collections.abc import Callable


class RateLimiter:
    """Remembers the times of the calls it allowed; one is refused while enough of them are recent."""

    def __init__(self, max_calls: int, window_seconds: float, read_clock: Callable[[], float]) -> None:
        self._limit = max_calls
        self._window = window_seconds
        self._clock = read_clock
        self._allowed: defaultdict[str, deque[float]] = defaultdict(deque)

    def allow_call(self, client_name: str) -> bool:
        """Whether the client may make a call now; if so, it counts."""
        now = self._clock()
        times = self._allowed[client_name]
        while times and times[0] <= now - self._window:
            times.popleft()
        if len(times) >= self._limit:
            return False
        times.append(now)
        return True
