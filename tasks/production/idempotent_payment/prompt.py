from collections.abc import Callable
from typing import Any


def send_payment(
    post_request: Callable[[dict[str, Any], dict[str, str]], tuple[int, dict[str, Any]]],
    payment_fields: dict[str, Any],
    create_key: Callable[[], str],
    sleep_for: Callable[[float], None],
    max_attempts: int = 4,
) -> dict[str, Any]:
    """Send a payment order to the bank and return the bank's answer.

    `post_request(payment_fields, request_headers)` returns `(status_code, answer_fields)`, or raises TimeoutError or
    ConnectionError. The header "Idempotency-Key" names the order: of all requests with the same key the bank
    carries out one only. `create_key()` makes a new key.

    Statuses 200 to 299 are success. Errors of transport and the statuses 429 and 500 to 599 are temporary: try again,
    with at most `max_attempts` attempts in all and pauses of 1, 2, 4... seconds between them, made with
    `sleep_for(seconds)`. An order that fails for good raises RuntimeError.

    >>> answers = [(503, {}), (503, {}), (200, {"state": "booked"})]
    >>> pauses = []
    >>> send_payment(lambda fields, headers: answers.pop(0), {"cents": 995}, lambda: "k-1", pauses.append)
    {'state': 'booked'}
    >>> pauses
    [1, 2]
    """
