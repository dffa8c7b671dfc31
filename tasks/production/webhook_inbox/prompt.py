from collections.abc import Callable
from typing import Any


class WebhookInbox:
    """Takes in webhook deliveries, which senders repeat until they are answered, and processes each of them once.

    `receive_delivery(sender_name, delivery_id, event_payload)` calls `process_event(event_payload)` and returns True;
    for a delivery that was processed before it does nothing and returns False. A delivery is known by its sender and
    its id together. It is remembered for `remember_seconds` from when it came first. What `process_event` raises is
    passed on.

    >>> inbox = WebhookInbox(process_event=print, remember_seconds=3600, read_clock=lambda: 0.0)
    >>> inbox.receive_delivery("shop", "d-1", "order 17 was paid")
    order 17 was paid
    True
    >>> inbox.receive_delivery("shop", "d-1", "order 17 was paid")
    False
    """

    def __init__(
        self, process_event: Callable[[Any], object], remember_seconds: float, read_clock: Callable[[], float]
    ) -> None:
        """`read_clock()` returns the current time in seconds."""
