from collections import OrderedDict


class TextCache:
    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._entries: OrderedDict[str, str] = OrderedDict()

    def store_text(self, text_key: str, text_value: str) -> None:
        self._entries.pop(text_key, None)
        if len(text_value) > self._max_bytes:
            return
        self._entries[text_key] = text_value
        while self.count_bytes() > self._max_bytes:
            self._entries.popitem(last=False)

    def fetch_text(self, text_key: str) -> str | None:
        if text_key not in self._entries:
            return None
        self._entries.move_to_end(text_key)
        return self._entries[text_key]

    def count_bytes(self) -> int:
        return sum(len(text) for text in self._entries.values())
