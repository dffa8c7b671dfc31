from collections.abc import Iterable, Iterator


def batch_stream_messages(
    message_stream: Iterable[bytes], max_messages: int, max_bytes: int
) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    total = 0
    messages = iter(message_stream)
    try:
        while message := next(messages, None):
            if batch and total + len(message) > max_bytes:
                yield batch
                batch = []
                total = 0
            batch.append(message)
            total += len(message)
            if len(batch) == max_messages or total >= max_bytes:
                yield batch
                batch = []
                total = 0
    except Exception:
        if batch:
            yield batch
        raise
    if batch:
        yield batch
