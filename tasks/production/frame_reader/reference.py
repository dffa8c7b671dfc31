from collections.abc import Callable

LENGTH_BYTES = 4


class FrameReader:
    """Reads until it has as many bytes as it needs, never more."""

    def __init__(self, read_bytes: Callable[[int], bytes], max_message_bytes: int) -> None:
        self._read_bytes = read_bytes
        self._limit = max_message_bytes

    def next_message(self) -> bytes | None:
        """The next message, None at the end of the stream."""
        header = self._read(LENGTH_BYTES)
        if not header:
            return None
        length = int.from_bytes(header, "big")
        if len(header) == LENGTH_BYTES and length > self._limit:
            raise ValueError(f"a message of {length} bytes; at most {self._limit} are allowed")
        message = self._read(length)
        if len(header) < LENGTH_BYTES or len(message) < length:
            raise EOFError("the stream ended inside a message")
        return message

    def _read(self, count: int) -> bytes:
        """That many bytes, fewer only where the stream ends."""
        received = bytearray()
        while len(received) < count:
            piece = self._read_bytes(count - len(received))
            if not piece:
                break
            received += piece
        return bytes(received)
