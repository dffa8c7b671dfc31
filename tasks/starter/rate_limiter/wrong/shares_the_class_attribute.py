from collections.abc import Callable


class RateLimiter:
    _calls: dict[str, list[float]] = {}

    def __init__(self, max_calls: int, window_seconds: float, read_clock: Callable[[], float]) -> None:
        self._max = max_calls
        self._window = window_seconds
        self._clock = read_clock

    def allow_call(self, client_name: str) -> bool:
        now = self._clock()
        recent = [t for t in self._calls.get(client_name, []) if now - t < self._window]
        allowed = len(recent) < self._max
        if allowed:
            recent.append(now)
        self._calls[client_name] = recent
        return allowed
