from collections import OrderedDict
from collections.abc import Callable
from typing import Any


class WebhookInbox:
    def __init__(
        self, process_event: Callable[[Any], object], remember_seconds: float, read_clock: Callable[[], float]
    ) -> None:
        self.process_event = process_event
        self.remember_seconds = remember_seconds
        self.read_clock = read_clock
        self.processed: OrderedDict = OrderedDict()

    def receive_delivery(self, sender_name: str, delivery_id: str, event_payload: Any) -> bool:
        now = self.read_clock()
        while self.processed and next(iter(self.processed.values())) <= now - self.remember_seconds:
            self.processed.popitem(last=False)
        key = (sender_name, delivery_id)
        if key in self.processed:
            return False
        self.process_event(event_payload)
        self.processed[key] = now
        return True
