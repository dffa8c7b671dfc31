from collections.abc import Callable
from typing import Any


class EventBus:
    """Passes events on to whoever has subscribed to them.

    `subscribe(event_name, event_callback)` registers a callback and returns a function without parameters, which ends
    this subscription. `publish_event(event_name, event_data)` calls the callbacks of that event with `event_data`, in
    the order in which they subscribed. When a callback raises an exception, the others are called all the same, and
    the first exception is raised at the end.

    >>> bus = EventBus()
    >>> stop_printing = bus.subscribe("order paid", print)
    >>> bus.publish_event("order paid", "order 17")
    order 17
    >>> stop_printing()
    >>> bus.publish_event("order paid", "order 18")
    """

    def __init__(self) -> None:
        """A bus without subscribers."""
