from collections.abc import Callable
from typing import Any


class ExpiringCache:
    def __init__(self, time_to_live: float, read_clock: Callable[[], float]) -> None:
        self._ttl = time_to_live
        self._clock = read_clock
        self._values: dict = {}
        self._deadlines: dict = {}

    def put_value(self, entry_key, entry_value) -> None:
        self._values[entry_key] = entry_value
        self._deadlines.setdefault(entry_key, self._clock() + self._ttl)

    def get_value(self, entry_key) -> Any:
        if entry_key not in self._values:
            return None
        if self._clock() >= self._deadlines[entry_key]:
            del self._values[entry_key]
            del self._deadlines[entry_key]
            return None
        return self._values[entry_key]

    def count_entries(self) -> int:
        return len(self._values)
