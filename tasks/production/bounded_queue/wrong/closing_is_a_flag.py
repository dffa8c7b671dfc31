import queue


class BoundedQueue:
    def __init__(self, max_items: int) -> None:
        self._queue: queue.Queue = queue.Queue(maxsize=max_items)
        self._closed = False

    def put_item(self, new_item: object, timeout_seconds: float | None = None) -> None:
        if self._closed:
            raise RuntimeError("Queue is closed")
        try:
            self._queue.put(new_item, block=timeout_seconds != 0, timeout=timeout_seconds)
        except queue.Full:
            raise TimeoutError("Queue is full") from None

    def take_item(self, timeout_seconds: float | None = None) -> object:
        if self._closed:
            raise RuntimeError("Queue is closed")
        try:
            return self._queue.get(block=timeout_seconds != 0, timeout=timeout_seconds)
        except queue.Empty:
            raise TimeoutError("Queue is empty") from None

    def close_queue(self) -> None:
        self._closed = True
