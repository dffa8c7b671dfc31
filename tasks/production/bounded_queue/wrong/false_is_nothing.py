import threading
import time
from collections import deque


class BoundedQueue:
    def __init__(self, max_items: int) -> None:
        self.max_items = max_items
        self.items: deque = deque()
        self.closed = False
        self.cond = threading.Condition()

    def _wait(self, deadline: float | None) -> None:
        if deadline:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise TimeoutError("timed out")
            self.cond.wait(remaining)
        else:
            self.cond.wait()

    def put_item(self, new_item: object, timeout_seconds: float | None = None) -> None:
        deadline = time.monotonic() + timeout_seconds if timeout_seconds else None
        with self.cond:
            while len(self.items) >= self.max_items and not self.closed:
                self._wait(deadline)
            if self.closed:
                raise RuntimeError("queue is closed")
            self.items.append(new_item)
            self.cond.notify_all()

    def take_item(self, timeout_seconds: float | None = None) -> object:
        deadline = time.monotonic() + timeout_seconds if timeout_seconds else None
        with self.cond:
            while True:
                item = self.items.popleft() if self.items else None
                if item:
                    self.cond.notify_all()
                    return item
                if self.closed:
                    raise RuntimeError("queue is closed")
                self._wait(deadline)

    def close_queue(self) -> None:
        with self.cond:
            self.closed = True
            self.cond.notify_all()
