from collections.abc import Callable
from typing import Any


def call_with_retry(
    run_operation: Callable[[], Any],
    max_attempts: int,
    first_delay: float,
    sleep_for: Callable[[float], None],
) -> Any:
    """Call `run_operation()` and return its result; try again when it raises ConnectionError."""
    delay = first_delay
    for _ in range(max_attempts - 1):
        try:
            return run_operation()
        except ConnectionError:
            sleep_for(delay)
            delay *= 2
    return run_operation()
