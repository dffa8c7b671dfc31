from collections.abc import Callable
from typing import Any


def call_with_retry(
    run_operation: Callable[[], Any],
    max_attempts: int,
    first_delay: float,
    sleep_for: Callable[[float], None],
) -> Any:
    for attempt in range(max_attempts):
        try:
            return run_operation()
        except Exception:
            if attempt == max_attempts - 1:
                raise
            sleep_for(first_delay * (attempt + 1))
