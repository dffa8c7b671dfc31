import threading
from collections.abc import Callable, Hashable
from typing import Any


class ComputingCache:
    def __init__(self, time_to_live: float, read_clock: Callable[[], float]) -> None:
        self._time_to_live = time_to_live
        self._read_clock = read_clock
        self._lock = threading.Lock()
        self._values: dict[Hashable, Any] = {}
        self._expires: dict[Hashable, float] = {}

    def get_or_compute(self, entry_key: Hashable, compute_value: Callable[[], Any]) -> Any:
        with self._lock:
            if entry_key in self._values and self._read_clock() < self._expires[entry_key]:
                return self._values[entry_key]
        value = compute_value()
        with self._lock:
            self._values[entry_key] = value
            self._expires[entry_key] = self._read_clock() + self._time_to_live
        return value
