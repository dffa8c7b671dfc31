from collections.abc import Iterable, Iterator


def batch_stream_messages(
    message_stream: Iterable[bytes], max_messages: int, max_bytes: int
) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    batch_bytes = 0
    try:
        for message in message_stream:
            if batch and (len(batch) >= max_messages or batch_bytes + len(message) > max_bytes):
                yield batch
                batch, batch_bytes = [], 0
            batch.append(message)
            batch_bytes += len(message)
    except Exception:
        if batch:
            yield batch
        raise
    if batch:
        yield batch
