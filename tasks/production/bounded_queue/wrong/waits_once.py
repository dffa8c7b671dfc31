import threading
import time
from collections import deque


class BoundedQueue:
    def __init__(self, max_items: int) -> None:
        self._max = max_items
        self._items: deque = deque()
        self._closed = False
        self._changed = threading.Condition()

    def put_item(self, new_item: object, timeout_seconds: float | None = None) -> None:
        end = None if timeout_seconds is None else time.monotonic() + timeout_seconds
        with self._changed:
            while len(self._items) >= self._max and not self._closed:
                left = None if end is None else end - time.monotonic()
                if left is not None and left <= 0:
                    raise TimeoutError("no room in the queue")
                self._changed.wait(left)
            if self._closed:
                raise RuntimeError("the queue has been closed")
            self._items.append(new_item)
            self._changed.notify_all()

    def take_item(self, timeout_seconds: float | None = None) -> object:
        with self._changed:
            if not self._items and not self._closed:
                if not self._changed.wait(timeout_seconds):
                    raise TimeoutError("no item in the queue")
            if self._closed and not self._items:
                raise RuntimeError("the queue has been closed")
            item = self._items.popleft()
            self._changed.notify_all()
            return item

    def close_queue(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
