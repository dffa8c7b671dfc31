from collections.abc import Callable
from threading import Lock
from typing import Any


class WebhookInbox:
    """Remembers each delivery when it comes, and forgets it again when it could not be processed."""

    def __init__(
        self, process_event: Callable[[Any], object], remember_seconds: float, read_clock: Callable[[], float]
    ) -> None:
        self._process = process_event
        self._remember_seconds = remember_seconds
        self._clock = read_clock
        self._came: dict[tuple[str, str], float] = {}
        self._lock = Lock()

    def receive_delivery(self, sender_name: str, delivery_id: str, event_payload: Any) -> bool:
        """Process a delivery unless it is known; whether it was processed."""
        key = (sender_name, delivery_id)
        with self._lock:
            self._forget_old()
            if key in self._came:
                return False
            self._came[key] = self._clock()
        try:
            self._process(event_payload)
        except BaseException:
            with self._lock:
                self._came.pop(key, None)
            raise
        return True

    def _forget_old(self) -> None:
        limit = self._clock() - self._remember_seconds
        self._came = {key: came for key, came in self._came.items() if came > limit}
