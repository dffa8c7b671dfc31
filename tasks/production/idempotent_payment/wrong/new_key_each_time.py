from collections.abc import Callable
from typing import Any


def send_payment(
    post_request: Callable[[dict[str, Any], dict[str, str]], tuple[int, dict[str, Any]]],
    payment_fields: dict[str, Any],
    create_key: Callable[[], str],
    sleep_for: Callable[[float], None],
    max_attempts: int = 4,
) -> dict[str, Any]:
    delay = 1
    for attempt in range(1, max_attempts + 1):
        try:
            status, answer = post_request(payment_fields, {"Idempotency-Key": create_key()})
        except (TimeoutError, ConnectionError):
            status, answer = None, None
        if status is not None:
            if 200 <= status < 300:
                return answer
            if status != 429 and status < 500:
                raise RuntimeError(f"Payment rejected with status {status}")
        if attempt < max_attempts:
            sleep_for(delay)
            delay *= 2
    raise RuntimeError(f"Payment failed after {max_attempts} attempts")
