from collections import deque
from collections.abc import Callable


class RateLimiter:
    def __init__(self, max_calls: int, window_seconds: float, read_clock: Callable[[], float]) -> None:
        self._max = max_calls
        self._window = window_seconds
        self._clock = read_clock
        self._calls: deque[float] = deque()

    def allow_call(self, client_name: str) -> bool:
        now = self._clock()
        while self._calls and now - self._calls[0] >= self._window:
            self._calls.popleft()
        if len(self._calls) >= self._max:
            return False
        self._calls.append(now)
        return True
