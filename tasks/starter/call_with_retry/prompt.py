from collections.abc import Callable
from typing import Any


def call_with_retry(
    run_operation: Callable[[], Any],
    max_attempts: int,
    first_delay: float,
    sleep_for: Callable[[float], None],
) -> Any:
    """Call `run_operation()` and return its result; try again when it raises ConnectionError.

    There are at most `max_attempts` attempts. Pause between them with `sleep_for(seconds)`: first
    `first_delay` seconds, then twice as long each time.

    >>> pauses = []
    >>> call_with_retry(lambda: "ready", max_attempts=3, first_delay=1, sleep_for=pauses.append)
    'ready'
    >>> pauses
    []
    >>> answers = [ConnectionError("refused"), ConnectionError("refused"), "ready"]
    >>> def fetch():
    ...     answer = answers.pop(0)
    ...     if isinstance(answer, Exception):
    ...         raise answer
    ...     return answer
    >>> call_with_retry(fetch, max_attempts=5, first_delay=1, sleep_for=pauses.append)
    'ready'
    >>> pauses
    [1, 2]
    """
