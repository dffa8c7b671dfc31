from collections.abc import Callable
from typing import Any

CLOSED, OPEN, HALF_OPEN = "closed", "open", "half-open"


class CircuitBreaker:
    def __init__(self, failure_limit: int, reset_seconds: float, read_clock: Callable[[], float]) -> None:
        self._limit = failure_limit
        self._reset = reset_seconds
        self._clock = read_clock
        self._state = CLOSED
        self._failures = 0
        self._opened_at = 0.0

    def run_guarded(self, run_operation: Callable[[], Any]) -> Any:
        if self._state == HALF_OPEN:
            raise RuntimeError("a trial call is in progress")
        if self._state == OPEN:
            if self._clock() - self._opened_at < self._reset:
                raise RuntimeError("circuit is open")
            self._state = HALF_OPEN
        try:
            result = run_operation()
        except Exception:
            self._failures += 1
            if self._state == HALF_OPEN or self._failures >= self._limit:
                self._state = OPEN
                self._opened_at = self._clock()
            raise
        self._state = CLOSED
        self._failures = 0
        return result
