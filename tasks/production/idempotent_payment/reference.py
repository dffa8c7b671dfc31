from collections.abc import Callable
from typing import Any


def send_payment(
    post_request: Callable[[dict[str, Any], dict[str, str]], tuple[int, dict[str, Any]]],
    payment_fields: dict[str, Any],
    create_key: Callable[[], str],
    sleep_for: Callable[[float], None],
    max_attempts: int = 4,
) -> dict[str, Any]:
    """One key for the order, however often it is sent; only temporary failures are sent again."""
    headers = {"Idempotency-Key": create_key()}
    failure = ""
    for attempt in range(max_attempts):
        if attempt:
            sleep_for(2 ** (attempt - 1))
        try:
            status, answer = post_request(payment_fields, headers)
        except (TimeoutError, ConnectionError) as error:
            failure = f"the bank cannot be reached: {error}"
            continue
        if 200 <= status <= 299:
            return answer
        failure = f"the bank answered with status {status}"
        if status != 429 and not 500 <= status <= 599:
            break
    raise RuntimeError(failure)
