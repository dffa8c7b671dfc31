from collections.abc import Callable
from typing import Any


class CircuitBreaker:
    def __init__(self, failure_limit: int, reset_seconds: float, read_clock: Callable[[], float]) -> None:
        self._limit = failure_limit
        self._reset = reset_seconds
        self._clock = read_clock
        self._failures = 0
        self._down_since: float | None = None
        self._trial = False

    def run_guarded(self, run_operation: Callable[[], Any]) -> Any:
        if self._failures >= self._limit:
            if self._trial or self._clock() - self._down_since < self._reset:
                raise RuntimeError("Service unavailable")
            self._trial = True
        try:
            result = run_operation()
        except Exception as error:
            self._failures += 1
            if self._down_since is None or self._trial:
                self._down_since = self._clock()
            raise RuntimeError(f"Operation failed: {error}") from error
        finally:
            self._trial = False
        self._failures = 0
        self._down_since = None
        return result
