import hashlib
from collections.abc import Callable
from typing import Any


class WebhookInbox:
    def __init__(
        self, process_event: Callable[[Any], object], remember_seconds: float, read_clock: Callable[[], float]
    ) -> None:
        self._process_event = process_event
        self._remember_seconds = remember_seconds
        self._read_clock = read_clock
        self._expires: dict[tuple[str, str], float] = {}

    def receive_delivery(self, sender_name: str, delivery_id: str, event_payload: Any) -> bool:
        digest = hashlib.sha256(repr(event_payload).encode()).hexdigest()
        key = (sender_name, digest)
        now = self._read_clock()
        if self._expires.get(key, now) > now:
            return False
        self._expires[key] = now + self._remember_seconds
        try:
            self._process_event(event_payload)
        except Exception:
            self._expires.pop(key)
            raise
        return True
