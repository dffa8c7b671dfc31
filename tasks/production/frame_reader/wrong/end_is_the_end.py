from collections.abc import Callable


class FrameReader:
    def __init__(self, read_bytes: Callable[[int], bytes], max_message_bytes: int) -> None:
        self._messages = self._read_messages(read_bytes, max_message_bytes)

    def next_message(self) -> bytes | None:
        return next(self._messages)

    @staticmethod
    def _read_messages(read_bytes, max_message_bytes):
        def read_exactly(count):
            data = bytearray()
            while len(data) < count:
                chunk = read_bytes(count - len(data))
                if not chunk:
                    return None
                data.extend(chunk)
            return bytes(data)

        while (header := read_exactly(4)) is not None:
            length = int.from_bytes(header, "big")
            if length > max_message_bytes:
                raise ValueError(f"message too long: {length} > {max_message_bytes}")
            message = read_exactly(length)
            if message is None:
                break
            yield message
        yield None
