from collections import defaultdict
from collections.abc import Callable
from typing import Any


class EventBus:
    def __init__(self) -> None:
        self._callbacks: defaultdict[str, list] = defaultdict(list)

    def subscribe(self, event_name: str, event_callback: Callable[[Any], object]) -> Callable[[], None]:
        self._callbacks[event_name].append(event_callback)

        def unsubscribe() -> None:
            if event_callback in self._callbacks[event_name]:
                self._callbacks[event_name].remove(event_callback)

        return unsubscribe

    def publish_event(self, event_name: str, event_data: Any) -> None:
        errors = []
        for callback in tuple(self._callbacks[event_name]):
            try:
                callback(event_data)
            except Exception as exc:
                errors.append(exc)
        if errors:
            raise errors[0]
