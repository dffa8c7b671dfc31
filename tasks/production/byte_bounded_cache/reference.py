from collections import OrderedDict


class TextCache:
    """The order of the dictionary is the order of use, the longest unused first."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._texts: OrderedDict[str, str] = OrderedDict()

    def store_text(self, text_key: str, text_value: str) -> None:
        """Store a text if it is not larger than the cache; the old one of the key is gone in any case."""
        if text_key in self._texts:
            self._drop(text_key)
        size = _size(text_value)
        if size > self._max_bytes:
            return
        while self._bytes + size > self._max_bytes:
            self._drop(next(iter(self._texts)))
        self._texts[text_key] = text_value
        self._bytes += size

    def fetch_text(self, text_key: str) -> str | None:
        """The text of a key, or None."""
        if text_key in self._texts:
            self._texts.move_to_end(text_key)
        return self._texts.get(text_key)

    def count_bytes(self) -> int:
        """Bytes of all texts together."""
        return self._bytes

    def _drop(self, key: str) -> None:
        self._bytes -= _size(self._texts.pop(key))


def _size(text: str) -> int:
    return len(text.encode())
