import uuid
from collections.abc import Callable
from typing import Any


class EventBus:
    def __init__(self) -> None:
        self._handlers: dict[str, dict[str, Callable[[Any], object]]] = {}

    def subscribe(self, event_name: str, event_callback: Callable[[Any], object]) -> Callable[[], None]:
        token = uuid.uuid4().hex
        self._handlers.setdefault(event_name, {})[token] = event_callback
        return lambda: self._unsubscribe(event_name, token)

    def _unsubscribe(self, event_name: str, token: str) -> None:
        self._handlers.get(event_name, {}).pop(token, None)

    def publish_event(self, event_name: str, event_data: Any) -> None:
        for handler in list(self._handlers.get(event_name, {}).values()):
            handler(event_data)
