from collections.abc import Callable


class FrameReader:
    """Reads messages from a stream. Each is preceded by its length in bytes, a 4-byte big-endian integer.

    `next_message()` returns the next message, or None when the stream has ended. A stream that ends inside a message
    raises EOFError. A message longer than `max_message_bytes` raises ValueError, and nothing of it is read.

    >>> import io
    >>> frame_reader = FrameReader(io.BytesIO(b"\\0\\0\\0\\5hello").read, max_message_bytes=1000)
    >>> frame_reader.next_message()
    b'hello'
    >>> frame_reader.next_message() is None
    True
    """

    def __init__(self, read_bytes: Callable[[int], bytes], max_message_bytes: int) -> None:
        """`read_bytes(byte_count)` waits for bytes, and returns some or none when the stream has ended."""
