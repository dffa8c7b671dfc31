from collections.abc import Iterable, Iterator


def batch_stream_messages(message_stream: Iterable[bytes], max_messages: int, max_bytes: int) -> Iterator[list[bytes]]:
    """Yield the messages of a stream in batches, to be sent together.

    A batch has at most `max_messages` messages with at most `max_bytes` bytes together. A message that is longer than
    `max_bytes` is a batch of its own. When the stream raises an error, the messages that were read before it are
    yielded as a last batch, and then the error is raised.

    >>> list(batch_stream_messages([b"one", b"two", b"three", b"four"], max_messages=2, max_bytes=100))
    [[b'one', b'two'], [b'three', b'four']]
    """
