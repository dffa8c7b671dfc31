from collections import OrderedDict


class TextCache:
    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.current_bytes = 0
        self.cache: OrderedDict[str, bytes] = OrderedDict()

    def store_text(self, text_key: str, text_value: str) -> None:
        data = text_value.encode("utf-8")
        if len(data) > self.max_bytes:
            old = self.cache.pop(text_key, b"")
            self.current_bytes -= len(old)
            return
        while self.cache and self.current_bytes + len(data) >= self.max_bytes:
            _, evicted = self.cache.popitem(last=False)
            self.current_bytes -= len(evicted)
        self.cache[text_key] = data
        self.cache.move_to_end(text_key)
        self.current_bytes += len(data)

    def fetch_text(self, text_key: str) -> str | None:
        data = self.cache.get(text_key)
        if data is None:
            return None
        self.cache.move_to_end(text_key)
        return data.decode("utf-8")

    def count_bytes(self) -> int:
        return self.current_bytes
