from collections.abc import Callable
from itertools import count
from typing import Any


class EventBus:
    """Numbers its subscriptions, so that two of the same function are two."""

    def __init__(self) -> None:
        self._callbacks: dict[str, dict[int, Callable[[Any], object]]] = {}
        self._numbers = count()

    def subscribe(self, event_name: str, event_callback: Callable[[Any], object]) -> Callable[[], None]:
        """Register a callback; the function returned ends this subscription."""
        number = next(self._numbers)
        callbacks = self._callbacks.setdefault(event_name, {})
        callbacks[number] = event_callback

        def unsubscribe() -> None:
            callbacks.pop(number, None)

        return unsubscribe

    def publish_event(self, event_name: str, event_data: Any) -> None:
        """Call those who are subscribed now; raises the first exception of theirs when all have been called."""
        errors = []
        for callback in list(self._callbacks.get(event_name, {}).values()):
            try:
                callback(event_data)
            except Exception as error:  # the others are to hear of the event too
                errors.append(error)
        if errors:
            raise errors[0]
