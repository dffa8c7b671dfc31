from collections import OrderedDict


class TextCache:
    def __init__(self, max_bytes: int) -> None:
        self._limit = max_bytes
        self._used = 0
        self._items: OrderedDict[str, tuple[str, int]] = OrderedDict()

    def store_text(self, text_key: str, text_value: str) -> None:
        size = len(text_value.encode())
        if text_key in self._items:
            self._used -= self._items.pop(text_key)[1]
        while self._items and self._used + size > self._limit:
            _, (_, freed) = self._items.popitem(last=False)
            self._used -= freed
        self._items[text_key] = (text_value, size)
        self._used += size

    def fetch_text(self, text_key: str) -> str | None:
        if text_key in self._items:
            self._items.move_to_end(text_key)
            return self._items[text_key][0]
        return None

    def count_bytes(self) -> int:
        return self._used
