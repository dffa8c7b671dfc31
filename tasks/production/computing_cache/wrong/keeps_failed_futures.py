import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any


class ComputingCache:
    def __init__(self, time_to_live: float, read_clock: Callable[[], float]) -> None:
        self._time_to_live = time_to_live
        self._read_clock = read_clock
        self._lock = threading.Lock()
        self._futures: dict[Hashable, Future] = {}
        self._deadlines: dict[Hashable, float] = {}

    def get_or_compute(self, entry_key: Hashable, compute_value: Callable[[], Any]) -> Any:
        with self._lock:
            future = self._futures.get(entry_key)
            deadline = self._deadlines.get(entry_key)
            fresh = future is not None and (deadline is None or self._read_clock() < deadline)
            if not fresh:
                future = self._futures[entry_key] = Future()
                self._deadlines.pop(entry_key, None)
        if not fresh:
            try:
                future.set_result(compute_value())
            except Exception as error:
                future.set_exception(error)
            self._deadlines[entry_key] = self._read_clock() + self._time_to_live
        return future.result()
