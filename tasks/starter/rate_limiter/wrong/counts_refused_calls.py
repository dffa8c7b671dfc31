from collections.abc import Callable


class RateLimiter:
    def __init__(self, max_calls: int, window_seconds: float, read_clock: Callable[[], float]) -> None:
        self._max = max_calls
        self._window = window_seconds
        self._clock = read_clock
        self._history: dict[str, list[float]] = {}

    def allow_call(self, client_name: str) -> bool:
        now = self._clock()
        recent = [t for t in self._history.get(client_name, []) if now - t < self._window]
        recent.append(now)
        self._history[client_name] = recent
        return len(recent) <= self._max
