from collections.abc import Iterable, Iterator


def batch_stream_messages(
    message_stream: Iterable[bytes], max_messages: int, max_bytes: int
) -> Iterator[list[bytes]]:
    batches: list[list[bytes]] = []
    current: list[bytes] = []
    for message in message_stream:
        too_big = sum(map(len, current)) + len(message) > max_bytes
        if current and (too_big or len(current) == max_messages):
            batches.append(current)
            current = []
        current.append(message)
    if current:
        batches.append(current)
    return iter(batches)
