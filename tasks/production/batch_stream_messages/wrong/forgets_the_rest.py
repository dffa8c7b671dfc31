from collections.abc import Iterable, Iterator


def batch_stream_messages(
    message_stream: Iterable[bytes], max_messages: int, max_bytes: int
) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for message in message_stream:
        if batch and size + len(message) > max_bytes:
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += len(message)
        if len(batch) == max_messages or size >= max_bytes:
            yield batch
            batch, size = [], 0
