from collections.abc import Callable
from typing import Any


def send_payment(
    post_request: Callable[[dict[str, Any], dict[str, str]], tuple[int, dict[str, Any]]],
    payment_fields: dict[str, Any],
    create_key: Callable[[], str],
    sleep_for: Callable[[float], None],
    max_attempts: int = 4,
) -> dict[str, Any]:
    headers = {"Idempotency-Key": create_key()}
    pause = 1
    error: Exception = RuntimeError("no attempt was made")
    for _ in range(max_attempts):
        try:
            status, answer = post_request(payment_fields, headers)
            if 200 <= status < 300:
                return answer
            error = RuntimeError(f"bank returned {status}")
            if status != 429 and not 500 <= status < 600:
                break
        except (TimeoutError, ConnectionError) as caught:
            error = caught
        sleep_for(pause)
        pause *= 2
    raise error
