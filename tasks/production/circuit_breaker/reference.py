from collections.abc import Callable
from typing import Any


class CircuitBreaker:
    """Counts failures in a row; with too many of them, one call at a time may try after the pause."""

    def __init__(self, failure_limit: int, reset_seconds: float, read_clock: Callable[[], float]) -> None:
        self._limit = failure_limit
        self._pause = reset_seconds
        self._clock = read_clock
        self._failures = 0
        self._failed_at = 0.0
        self._trying = False

    def run_guarded(self, run_operation: Callable[[], Any]) -> Any:
        """Run the operation, or raise RuntimeError without running it."""
        if self._failures < self._limit:
            return self._run(run_operation)
        if self._trying or self._clock() < self._failed_at + self._pause:
            raise RuntimeError(f"not called after {self._failures} failures in a row")
        self._trying = True
        try:
            return self._run(run_operation)
        finally:
            self._trying = False

    def _run(self, run_operation: Callable[[], Any]) -> Any:
        try:
            result = run_operation()
        except Exception:
            self._failures += 1
            self._failed_at = self._clock()
            raise
        self._failures = 0
        return result
