import struct
from collections.abc import Callable


class FrameReader:
    def __init__(self, read_bytes: Callable[[int], bytes], max_message_bytes: int) -> None:
        self._read_bytes = read_bytes
        self._max_message_bytes = max_message_bytes
        self._header = struct.Struct("!i")

    def next_message(self) -> bytes | None:
        header = self._receive(self._header.size)
        if header == b"":
            return None
        if len(header) < self._header.size:
            raise EOFError("stream ended inside the length")
        (length,) = self._header.unpack(header)
        message = self._receive(length)
        if len(message) < length:
            raise EOFError("stream ended inside the message")
        if len(message) > self._max_message_bytes:
            raise ValueError("message is too long")
        return message

    def _receive(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            chunk = self._read_bytes(count - len(data))
            if chunk == b"":
                break
            data += chunk
        return data
