from collections.abc import Callable
from typing import Any


class ExpiringCache:
    def __init__(self, time_to_live: float, read_clock: Callable[[], float]) -> None:
        self._ttl = time_to_live
        self._clock = read_clock
        self._values: dict = {}
        self._expires_at = 0.0

    def _expire(self) -> None:
        if self._clock() >= self._expires_at:
            self._values.clear()

    def put_value(self, entry_key, entry_value) -> None:
        self._expire()
        self._values[entry_key] = entry_value
        self._expires_at = self._clock() + self._ttl

    def get_value(self, entry_key) -> Any:
        self._expire()
        return self._values.get(entry_key)

    def count_entries(self) -> int:
        self._expire()
        return len(self._values)
