import threading


class BoundedQueue:
    def __init__(self, max_items: int) -> None:
        self._slots = max_items
        self._items: list = []
        self._open = True
        self._cv = threading.Condition()

    def put_item(self, new_item: object, timeout_seconds: float | None = None) -> None:
        with self._cv:
            if not self._cv.wait_for(lambda: len(self._items) < self._slots or not self._open, timeout_seconds):
                raise TimeoutError(f"no room within {timeout_seconds} s")
            if not self._open:
                raise RuntimeError("queue closed")
            self._items.append(new_item)
            self._cv.notify_all()

    def take_item(self, timeout_seconds: float | None = None) -> object:
        with self._cv:
            if not self._cv.wait_for(lambda: self._items or not self._open, timeout_seconds):
                raise TimeoutError(f"no item within {timeout_seconds} s")
            if not self._items:
                raise RuntimeError("queue closed")
            item = self._items.pop()
            self._cv.notify_all()
            return item

    def close_queue(self) -> None:
        with self._cv:
            self._open = False
            self._cv.notify_all()
