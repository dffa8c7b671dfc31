from collections import defaultdict
from collections.abc import Callable
from typing import Any


class EventBus:
    def __init__(self) -> None:
        self._subscribers: dict[str, list] = defaultdict(list)

    def subscribe(self, event_name: str, event_callback: Callable[[Any], object]) -> Callable[[], None]:
        entry = [event_callback]
        self._subscribers[event_name].append(entry)

        def unsubscribe() -> None:
            entries = self._subscribers[event_name]
            for index, each in enumerate(entries):
                if each is entry:
                    del entries[index]
                    break

        return unsubscribe

    def publish_event(self, event_name: str, event_data: Any) -> None:
        first_error = None
        for (callback,) in self._subscribers[event_name]:
            try:
                callback(event_data)
            except Exception as exc:
                first_error = first_error or exc
        if first_error is not None:
            raise first_error
