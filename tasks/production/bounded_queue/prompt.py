class BoundedQueue:
    """A queue of limited length through which threads hand items to each other.

    `put_item(new_item, timeout_seconds=None)` adds an item; while the queue is full it waits for room.
    `take_item(timeout_seconds=None)` removes and returns the oldest item; while the queue is empty it waits for one.
    Both raise TimeoutError after `timeout_seconds`; without it they wait as long as it takes.

    `close_queue()` ends the queue: `put_item` raises RuntimeError from then on, and `take_item` does so when the items
    that were left are taken.

    >>> waiting_jobs = BoundedQueue(max_items=2)
    >>> waiting_jobs.put_item("print report")
    >>> waiting_jobs.take_item(timeout_seconds=1.0)
    'print report'
    >>> waiting_jobs.take_item(timeout_seconds=0.01)
    Traceback (most recent call last):
        ...
    TimeoutError: no item within 0.01 s
    """

    def __init__(self, max_items: int) -> None:
        """`max_items` is at least 1."""
