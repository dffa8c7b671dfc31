from collections.abc import Callable
from typing import Any


def call_with_retry(
    run_operation: Callable[[], Any],
    max_attempts: int,
    first_delay: float,
    sleep_for: Callable[[float], None],
) -> Any:
    last_error = None
    delay = first_delay
    for _ in range(max_attempts):
        try:
            return run_operation()
        except ConnectionError as error:
            last_error = error
            sleep_for(delay)
            delay *= 2
    raise last_error
