import threading
from collections.abc import Callable, Hashable
from typing import Any


class ComputingCache:
    def __init__(self, time_to_live: float, read_clock: Callable[[], float]) -> None:
        self._time_to_live = time_to_live
        self._read_clock = read_clock
        self._lock = threading.RLock()
        self._cache: dict[Hashable, tuple[Any, float]] = {}

    def get_or_compute(self, entry_key: Hashable, compute_value: Callable[[], Any]) -> Any:
        with self._lock:
            if entry_key in self._cache:
                value, computed_at = self._cache[entry_key]
                if self._read_clock() - computed_at < self._time_to_live:
                    return value
            value = compute_value()
            self._cache[entry_key] = (value, self._read_clock())
            return value
