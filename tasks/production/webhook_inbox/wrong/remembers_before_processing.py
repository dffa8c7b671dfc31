from collections.abc import Callable
from typing import Any


class WebhookInbox:
    def __init__(
        self, process_event: Callable[[Any], object], remember_seconds: float, read_clock: Callable[[], float]
    ) -> None:
        self._process_event = process_event
        self._remember_seconds = remember_seconds
        self._read_clock = read_clock
        self._seen: dict[tuple[str, str], float] = {}

    def receive_delivery(self, sender_name: str, delivery_id: str, event_payload: Any) -> bool:
        now = self._read_clock()
        key = (sender_name, delivery_id)
        seen_at = self._seen.get(key)
        if seen_at is not None and now - seen_at < self._remember_seconds:
            return False
        self._seen[key] = now
        self._process_event(event_payload)
        return True
