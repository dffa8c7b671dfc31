import threading
from collections import defaultdict
from collections.abc import Callable, Hashable
from typing import Any


class ComputingCache:
    def __init__(self, time_to_live: float, read_clock: Callable[[], float]) -> None:
        self._time_to_live = time_to_live
        self._read_clock = read_clock
        self._guard = threading.Lock()
        self._key_locks: defaultdict = defaultdict(threading.Lock)
        self._values: dict[Hashable, Any] = {}
        self._stored_at: dict[Hashable, float] = {}

    def get_or_compute(self, entry_key: Hashable, compute_value: Callable[[], Any]) -> Any:
        with self._guard:
            lock = self._key_locks[entry_key]
        with lock:
            now = self._read_clock()
            value = self._values.get(entry_key)
            if value is None or now - self._stored_at[entry_key] >= self._time_to_live:
                value = compute_value()
                self._values[entry_key] = value
                self._stored_at[entry_key] = now
            return value
