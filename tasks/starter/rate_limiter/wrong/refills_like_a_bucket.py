from collections.abc import Callable


class RateLimiter:
    def __init__(self, max_calls: int, window_seconds: float, read_clock: Callable[[], float]) -> None:
        self._capacity = max_calls
        self._rate = max_calls / window_seconds
        self._clock = read_clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def allow_call(self, client_name: str) -> bool:
        now = self._clock()
        tokens, updated = self._buckets.get(client_name, (float(self._capacity), now))
        tokens = min(float(self._capacity), tokens + (now - updated) * self._rate)
        allowed = tokens >= 1
        self._buckets[client_name] = (tokens - 1 if allowed else tokens, now)
        return allowed
