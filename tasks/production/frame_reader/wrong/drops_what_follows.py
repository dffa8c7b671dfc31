from collections.abc import Callable


class FrameReader:
    def __init__(self, read_bytes: Callable[[int], bytes], max_message_bytes: int) -> None:
        self.read_bytes = read_bytes
        self.max_message_bytes = max_message_bytes

    def next_message(self) -> bytes | None:
        data = self.read_bytes(4 + self.max_message_bytes)
        if not data:
            return None
        if len(data) < 4:
            raise EOFError("stream ended inside the length")
        length = int.from_bytes(data[:4], "big")
        if length > self.max_message_bytes:
            raise ValueError(f"message of {length} bytes is too long")
        message = data[4 : 4 + length]
        if len(message) < length:
            raise EOFError("stream ended inside a message")
        return message
