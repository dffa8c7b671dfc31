from collections.abc import Callable
from typing import Any


class CircuitBreaker:
    def __init__(self, failure_limit: int, reset_seconds: float, read_clock: Callable[[], float]) -> None:
        self.failure_limit = failure_limit
        self.reset_seconds = reset_seconds
        self.read_clock = read_clock
        self.failure_count = 0
        self.opened_at: float | None = None
        self.probing = False

    def run_guarded(self, run_operation: Callable[[], Any]) -> Any:
        probe = self.opened_at is not None
        if probe:
            if self.probing or self.read_clock() - self.opened_at < self.reset_seconds:
                raise RuntimeError("Circuit is open")
            self.probing = True
        try:
            result = run_operation()
        except Exception:
            self.failure_count += 1
            if self.failure_count >= self.failure_limit:
                self.opened_at = self.read_clock()
            raise
        finally:
            if probe:
                self.probing = False
        self.opened_at = None
        return result
