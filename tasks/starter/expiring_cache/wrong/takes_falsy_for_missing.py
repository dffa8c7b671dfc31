from collections.abc import Callable
from typing import Any


class ExpiringCache:
    def __init__(self, time_to_live: float, read_clock: Callable[[], float]) -> None:
        self._ttl = time_to_live
        self._clock = read_clock
        self._values: dict = {}
        self._expires_at: dict = {}

    def put_value(self, entry_key, entry_value) -> None:
        self._values[entry_key] = entry_value
        self._expires_at[entry_key] = self._clock() + self._ttl

    def get_value(self, entry_key) -> Any:
        value = self._values.get(entry_key)
        if value and self._clock() < self._expires_at[entry_key]:
            return value
        return None

    def count_entries(self) -> int:
        now = self._clock()
        return sum(1 for deadline in self._expires_at.values() if now < deadline)
