from collections.abc import Callable
from typing import Any


class CircuitBreaker:
    def __init__(self, failure_limit: int, reset_seconds: float, read_clock: Callable[[], float]) -> None:
        self._failure_limit = failure_limit
        self._reset_seconds = reset_seconds
        self._read_clock = read_clock
        self._consecutive_failures = 0
        self._last_failure = 0.0

    @property
    def _is_open(self) -> bool:
        if self._consecutive_failures < self._failure_limit:
            return False
        return self._read_clock() - self._last_failure < self._reset_seconds

    def run_guarded(self, run_operation: Callable[[], Any]) -> Any:
        if self._is_open:
            return None
        try:
            result = run_operation()
        except Exception:
            self._consecutive_failures += 1
            self._last_failure = self._read_clock()
            raise
        self._consecutive_failures = 0
        return result
