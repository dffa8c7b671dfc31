from collections.abc import Callable
from typing import Any

RETRYABLE = {500, 502, 503}


def send_payment(
    post_request: Callable[[dict[str, Any], dict[str, str]], tuple[int, dict[str, Any]]],
    payment_fields: dict[str, Any],
    create_key: Callable[[], str],
    sleep_for: Callable[[float], None],
    max_attempts: int = 4,
) -> dict[str, Any]:
    key = create_key()
    for attempt in range(1, max_attempts + 1):
        try:
            status, answer = post_request(payment_fields, {"Idempotency-Key": key})
            if status == 200:
                return answer
            if status not in RETRYABLE:
                raise RuntimeError(f"unexpected status {status}")
        except (TimeoutError, ConnectionError):
            pass
        if attempt < max_attempts:
            sleep_for(attempt)
    raise RuntimeError("payment could not be sent")
