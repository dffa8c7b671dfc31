from collections.abc import Callable


class RateLimiter:
    def __init__(self, max_calls: int, window_seconds: float, read_clock: Callable[[], float]) -> None:
        self._max = max_calls
        self._window = window_seconds
        self._clock = read_clock
        self._count: dict[str, int] = {}
        self._last: dict[str, float] = {}

    def allow_call(self, client_name: str) -> bool:
        now = self._clock()
        count = self._count.get(client_name, 0)
        if count and now - self._last[client_name] >= self._window:
            count -= 1
        allowed = count < self._max
        if allowed:
            count += 1
            self._last[client_name] = now
        self._count[client_name] = count
        return allowed
