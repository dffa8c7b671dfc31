from collections.abc import Callable
from typing import Any


def send_payment(
    post_request: Callable[[dict[str, Any], dict[str, str]], tuple[int, dict[str, Any]]],
    payment_fields: dict[str, Any],
    create_key: Callable[[], str],
    sleep_for: Callable[[float], None],
    max_attempts: int = 4,
) -> dict[str, Any]:
    request_headers = {"Idempotency-Key": create_key()}
    last_error: Exception | None = None
    for attempt in range(max_attempts):
        if attempt > 0:
            sleep_for(2 ** (attempt - 1))
        try:
            status_code, answer_fields = post_request(payment_fields, request_headers)
            if status_code // 100 == 2:
                return answer_fields
            last_error = RuntimeError(f"HTTP {status_code}")
        except (TimeoutError, ConnectionError) as error:
            last_error = error
    raise RuntimeError(f"giving up after {max_attempts} attempts") from last_error
