from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any


class ComputingCache:
    """A lock for each key is held while its value is computed, and one for all only to find that lock."""

    def __init__(self, time_to_live: float, read_clock: Callable[[], float]) -> None:
        self._time_to_live = time_to_live
        self._read_clock = read_clock
        self._entries: dict[Hashable, tuple[float, Any]] = {}
        self._locks: dict[Hashable, Lock] = {}
        self._finding = Lock()

    def get_or_compute(self, entry_key: Hashable, compute_value: Callable[[], Any]) -> Any:
        """The remembered value, or a new one."""
        with self._finding:
            computing = self._locks.setdefault(entry_key, Lock())
        with computing:
            entry = self._entries.get(entry_key)
            if entry is None or self._read_clock() >= entry[0]:
                value = compute_value()
                entry = self._entries[entry_key] = (self._read_clock() + self._time_to_live, value)
            return entry[1]
