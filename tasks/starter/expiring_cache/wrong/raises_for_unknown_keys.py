from collections.abc import Callable
from typing import Any


class ExpiringCache:
    def __init__(self, time_to_live: float, read_clock: Callable[[], float]) -> None:
        self._ttl = time_to_live
        self._clock = read_clock
        self._entries: dict = {}

    def put_value(self, entry_key, entry_value) -> None:
        self._entries[entry_key] = (entry_value, self._clock() + self._ttl)

    def get_value(self, entry_key) -> Any:
        value, deadline = self._entries[entry_key]
        return value if self._clock() < deadline else None

    def count_entries(self) -> int:
        now = self._clock()
        return sum(now < deadline for _, deadline in self._entries.values())
