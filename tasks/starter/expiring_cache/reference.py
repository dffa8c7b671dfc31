from collections.abc import Callable, Hashable
from typing import Any


class ExpiringCache:
    """Keep values for `time_to_live` seconds after they were put."""

    def __init__(self, time_to_live: float, read_clock: Callable[[], float]) -> None:
        self._lifetime = time_to_live
        self._clock = read_clock
        self._entries: dict[Hashable, tuple[float, Any]] = {}

    def put_value(self, entry_key: Hashable, entry_value: Any) -> None:
        """Store a value; one that was there is replaced."""
        self._entries[entry_key] = (self._clock() + self._lifetime, entry_value)

    def get_value(self, entry_key: Hashable) -> Any:
        """The value, or None when there is none or it has expired."""
        self._drop_expired()
        _, value = self._entries.get(entry_key, (0.0, None))
        return value

    def count_entries(self) -> int:
        """How many entries have not expired."""
        self._drop_expired()
        return len(self._entries)

    def _drop_expired(self) -> None:
        now = self._clock()
        self._entries = {key: entry for key, entry in self._entries.items() if now < entry[0]}
