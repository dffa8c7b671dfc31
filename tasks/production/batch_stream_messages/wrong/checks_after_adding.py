from collections.abc import Iterable, Iterator


def batch_stream_messages(
    message_stream: Iterable[bytes], max_messages: int, max_bytes: int
) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    error = None
    stream = iter(message_stream)
    while True:
        try:
            message = next(stream)
        except StopIteration:
            break
        except Exception as exc:
            error = exc
            break
        batch.append(message)
        if len(batch) >= max_messages or sum(len(each) for each in batch) >= max_bytes:
            yield batch
            batch = []
    if batch:
        yield batch
    if error is not None:
        raise error
