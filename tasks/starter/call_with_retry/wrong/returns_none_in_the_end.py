from collections.abc import Callable
from typing import Any


def call_with_retry(
    run_operation: Callable[[], Any],
    max_attempts: int,
    first_delay: float,
    sleep_for: Callable[[float], None],
) -> Any:
    delay = first_delay
    for attempt in range(max_attempts + 1):
        if attempt > 0:
            sleep_for(delay)
            delay *= 2
        try:
            return run_operation()
        except ConnectionError:
            continue
    return None
