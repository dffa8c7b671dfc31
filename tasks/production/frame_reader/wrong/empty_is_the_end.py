import struct
from collections.abc import Callable


class FrameReader:
    def __init__(self, read_bytes: Callable[[int], bytes], max_message_bytes: int) -> None:
        self._read = read_bytes
        self._max = max_message_bytes

    def _read_exactly(self, count: int) -> bytes:
        chunks = []
        remaining = count
        while remaining:
            chunk = self._read(remaining)
            if not chunk:
                break
            chunks.append(chunk)
            remaining -= len(chunk)
        if remaining and (chunks or count != 4):
            raise EOFError("connection closed in the middle of a message")
        return b"".join(chunks)

    def next_message(self) -> bytes | None:
        header = self._read_exactly(4)
        if not header:
            return None
        (length,) = struct.unpack(">I", header)
        if length > self._max:
            raise ValueError(f"frame of {length} bytes exceeds {self._max}")
        message = self._read_exactly(length)
        return message or None
