from collections.abc import Callable
from typing import Any


class ExpiringCache:
    def __init__(self, time_to_live: float, read_clock: Callable[[], float]) -> None:
        self._ttl = time_to_live
        self._clock = read_clock
        self._values: dict = {}
        self._touched: dict = {}

    def put_value(self, entry_key, entry_value) -> None:
        self._values[entry_key] = entry_value
        self._touched[entry_key] = self._clock()

    def get_value(self, entry_key) -> Any:
        if entry_key not in self._values:
            return None
        if self._is_expired(entry_key):
            del self._values[entry_key]
            del self._touched[entry_key]
            return None
        self._touched[entry_key] = self._clock()
        return self._values[entry_key]

    def count_entries(self) -> int:
        return sum(not self._is_expired(key) for key in self._values)

    def _is_expired(self, key) -> bool:
        return self._clock() - self._touched[key] >= self._ttl
