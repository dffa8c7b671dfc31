from collections.abc import Callable
from typing import Any


class EventBus:
    def __init__(self) -> None:
        self._callbacks: dict[str, list[Callable[[Any], object]]] = {}

    def subscribe(self, event_name: str, event_callback: Callable[[Any], object]) -> Callable[[], None]:
        self._callbacks.setdefault(event_name, []).append(event_callback)

        def unsubscribe() -> None:
            for name, callbacks in self._callbacks.items():
                self._callbacks[name] = [each for each in callbacks if each != event_callback]

        return unsubscribe

    def publish_event(self, event_name: str, event_data: Any) -> None:
        errors: list[Exception] = []
        for callback in self._callbacks.get(event_name, [])[:]:
            try:
                callback(event_data)
            except Exception as exc:
                errors.append(exc)
        if errors:
            raise errors[0]
