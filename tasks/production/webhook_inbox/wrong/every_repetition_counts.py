from collections.abc import Callable
from typing import Any


class WebhookInbox:
    def __init__(
        self, process_event: Callable[[Any], object], remember_seconds: float, read_clock: Callable[[], float]
    ) -> None:
        self._callback = process_event
        self._window = remember_seconds
        self._now = read_clock
        self._last_seen: dict[tuple[str, str], float] = {}

    def receive_delivery(self, sender_name: str, delivery_id: str, event_payload: Any) -> bool:
        key = (sender_name, delivery_id)
        now = self._now()
        last_seen = self._last_seen.get(key)
        self._last_seen[key] = now
        if last_seen is not None and now - last_seen <= self._window:
            return False
        try:
            self._callback(event_payload)
        except Exception:
            self._last_seen.pop(key, None)
            raise
        return True
