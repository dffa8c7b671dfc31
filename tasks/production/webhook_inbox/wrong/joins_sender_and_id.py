from collections.abc import Callable
from typing import Any


class WebhookInbox:
    _seen: dict[str, float] = {}

    def __init__(
        self, process_event: Callable[[Any], object], remember_seconds: float, read_clock: Callable[[], float]
    ) -> None:
        self._process = process_event
        self._ttl = remember_seconds
        self._clock = read_clock

    def receive_delivery(self, sender_name: str, delivery_id: str, event_payload: Any) -> bool:
        key = f"{sender_name}:{delivery_id}"
        now = self._clock()
        if key in self._seen and now < self._seen[key]:
            return False
        self._seen[key] = now + self._ttl
        try:
            self._process(event_payload)
        except Exception:
            del self._seen[key]
            raise
        return True
