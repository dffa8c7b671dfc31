from collections import OrderedDict


class TextCache:
    def __init__(self, max_bytes: int) -> None:
        self._max = max_bytes
        self._size = 0
        self._data: OrderedDict[str, str] = OrderedDict()

    def store_text(self, text_key: str, text_value: str) -> None:
        if text_key in self._data:
            self._size -= len(self._data.pop(text_key).encode())
        needed = len(text_value.encode())
        if needed > self._max:
            return
        while self._size + needed > self._max:
            _, dropped = self._data.popitem()
            self._size -= len(dropped.encode())
        self._data[text_key] = text_value
        self._size += needed

    def fetch_text(self, text_key: str) -> str | None:
        if text_key not in self._data:
            return None
        self._data.move_to_end(text_key)
        return self._data[text_key]

    def count_bytes(self) -> int:
        return self._size
