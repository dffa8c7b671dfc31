"""A lock to wait at: what the two ends of a connection need of threading.Condition, without threading.

Once imported, threading does work of its own in every fork.
"""

import _thread


class Turn:
    """Holds back all threads but one."""

    def __init__(self) -> None:
        self._lock = _thread.allocate_lock()
        self._waiting: list[_thread.LockType] = []

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def wait(self) -> None:
        """Let go of the lock until the next notify_all. It must be held."""
        alarm = _thread.allocate_lock()
        alarm.acquire()
        self._waiting.append(alarm)
        self._lock.release()
        try:
            alarm.acquire()
        finally:
            self._lock.acquire()

    def notify_all(self) -> None:
        """Wake all that wait. The lock must be held."""
        while self._waiting:
            self._waiting.pop().release()
