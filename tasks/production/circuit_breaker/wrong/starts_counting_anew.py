from collections.abc import Callable
from typing import Any


class CircuitBreaker:
    def __init__(self, failure_limit: int, reset_seconds: float, read_clock: Callable[[], float]) -> None:
        self._limit = failure_limit
        self._reset = reset_seconds
        self._clock = read_clock
        self._failures = 0
        self._open_until: float | None = None
        self._half_open = False

    def run_guarded(self, run_operation: Callable[[], Any]) -> Any:
        if self._half_open:
            raise RuntimeError("circuit breaker is waiting for a trial call")
        if self._open_until is not None:
            if self._clock() < self._open_until:
                raise RuntimeError("circuit breaker is open")
            self._open_until = None
            self._failures = 0
            self._half_open = True
        try:
            result = run_operation()
            self._failures = 0
            return result
        except Exception:
            self._failures += 1
            if self._failures >= self._limit:
                self._open_until = self._clock() + self._reset
            raise
        finally:
            self._half_open = False
