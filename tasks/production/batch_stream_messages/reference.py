from collections.abc import Iterable, Iterator


def batch_stream_messages(message_stream: Iterable[bytes], max_messages: int, max_bytes: int) -> Iterator[list[bytes]]:
    """Yield each batch as soon as it is full, and whatever is left when the stream ends, in whichever way."""
    batch: list[bytes] = []
    size = 0
    try:
        for message in message_stream:
            if batch and size + len(message) > max_bytes:
                yield batch
                batch, size = [], 0
            batch.append(message)
            size += len(message)
            if len(batch) == max_messages:
                yield batch
                batch, size = [], 0
    except Exception:
        if batch:
            yield batch
        raise
    if batch:
        yield batch
