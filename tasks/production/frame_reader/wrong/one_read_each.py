import struct
from collections.abc import Callable


class FrameReader:
    def __init__(self, read_bytes: Callable[[int], bytes], max_message_bytes: int) -> None:
        self.read_bytes = read_bytes
        self.max_message_bytes = max_message_bytes

    def next_message(self) -> bytes | None:
        header = self.read_bytes(4)
        if not header:
            return None
        if len(header) < 4:
            raise EOFError("incomplete header")
        (length,) = struct.unpack(">I", header)
        if length > self.max_message_bytes:
            raise ValueError(f"message too long: {length}")
        if length == 0:
            return b""
        payload = self.read_bytes(length)
        if len(payload) < length:
            raise EOFError("incomplete message")
        return payload
