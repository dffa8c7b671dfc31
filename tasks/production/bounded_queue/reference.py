import threading
from collections import deque
from collections.abc import Callable


class BoundedQueue:
    """A deque whose users wait on one condition."""

    def __init__(self, max_items: int) -> None:
        self._limit = max_items
        self._items: deque[object] = deque()
        self._closed = False
        self._changed = threading.Condition()

    def put_item(self, new_item: object, timeout_seconds: float | None = None) -> None:
        """Add an item, waiting for room."""
        with self._changed:
            self._wait_until(lambda: len(self._items) < self._limit, timeout_seconds)
            if self._closed:
                raise RuntimeError("the queue is closed")
            self._items.append(new_item)
            self._changed.notify_all()

    def take_item(self, timeout_seconds: float | None = None) -> object:
        """Remove and return the oldest item, waiting for one."""
        with self._changed:
            self._wait_until(lambda: len(self._items) > 0, timeout_seconds)
            if not self._items:
                raise RuntimeError("the queue is closed and empty")
            self._changed.notify_all()
            return self._items.popleft()

    def close_queue(self) -> None:
        """End the queue and wake all who wait."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _wait_until(self, ready: Callable[[], bool], timeout_seconds: float | None) -> None:
        if not self._changed.wait_for(lambda: self._closed or ready(), timeout_seconds):
            raise TimeoutError(f"waited for {timeout_seconds} s")
