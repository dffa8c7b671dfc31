from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any


class _Subscription:
    def __init__(self, callback: Callable[[Any], object]) -> None:
        self.callback = callback


class EventBus:
    def __init__(self) -> None:
        self._subscriptions: defaultdict[str, deque[_Subscription]] = defaultdict(deque)

    def subscribe(self, event_name: str, event_callback: Callable[[Any], object]) -> Callable[[], None]:
        subscription = _Subscription(event_callback)
        self._subscriptions[event_name].appendleft(subscription)

        def unsubscribe() -> None:
            try:
                self._subscriptions[event_name].remove(subscription)
            except ValueError:
                pass

        return unsubscribe

    def publish_event(self, event_name: str, event_data: Any) -> None:
        errors: list[Exception] = []
        for subscription in list(self._subscriptions[event_name]):
            try:
                subscription.callback(event_data)
            except Exception as exc:
                errors.append(exc)
        if errors:
            raise errors[0]
