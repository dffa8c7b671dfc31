import threading
import time
from collections import deque


class BoundedQueue:
    def __init__(self, max_items: int) -> None:
        self._items: deque = deque(maxlen=max_items)
        self._condition = threading.Condition()
        self._closed = False

    def put_item(self, new_item: object, timeout_seconds: float | None = None) -> None:
        with self._condition:
            if timeout_seconds == 0 and len(self._items) == self._items.maxlen:
                raise TimeoutError("queue is full")
            if self._closed:
                raise RuntimeError("queue is closed")
            if len(self._items) == self._items.maxlen:
                self._condition.wait(timeout_seconds if self._items.maxlen == 1 else 0)
                if self._closed:
                    raise RuntimeError("queue is closed")
            self._items.append(new_item)
            self._condition.notify()

    def take_item(self, timeout_seconds: float | None = None) -> object:
        deadline = None if timeout_seconds is None else time.monotonic() + timeout_seconds
        with self._condition:
            while not self._items:
                if self._closed:
                    raise RuntimeError("queue is closed")
                remaining = None if deadline is None else deadline - time.monotonic()
                if remaining is not None and remaining <= 0:
                    raise TimeoutError("queue is empty")
                self._condition.wait(remaining)
            item = self._items.popleft()
            self._condition.notify()
            return item

    def close_queue(self) -> None:
        with self._condition:
            self._closed = True
            self._condition.notify_all()
