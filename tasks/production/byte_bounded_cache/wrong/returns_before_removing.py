class TextCache:
    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._texts: dict[str, str] = {}

    def store_text(self, text_key: str, text_value: str) -> None:
        size = len(text_value.encode("utf-8"))
        if size > self._max_bytes:
            return
        self._texts.pop(text_key, None)
        while self.count_bytes() + size > self._max_bytes:
            oldest = next(iter(self._texts))
            del self._texts[oldest]
        self._texts[text_key] = text_value

    def fetch_text(self, text_key: str) -> str | None:
        return self._texts.get(text_key)

    def count_bytes(self) -> int:
        return sum(len(text.encode("utf-8")) for text in self._texts.values())
