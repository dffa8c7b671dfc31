import itertools

import pytest
from solution import batch_stream_messages


@pytest.mark.requirement("limits-messages")
@pytest.mark.example
def test_four_in_twos():
    batches = list(batch_stream_messages([b"one", b"two", b"three", b"four"], max_messages=2, max_bytes=100))
    assert batches == [[b"one", b"two"], [b"three", b"four"]]


@pytest.mark.requirement("limits-messages")
def test_rest():
    batches = list(batch_stream_messages([b"a", b"b", b"c", b"d"], 3, 100))
    assert batches == [[b"a", b"b", b"c"], [b"d"]]


@pytest.mark.requirement("limits-messages")
def test_one_at_a_time():
    assert [len(batch) for batch in batch_stream_messages([b"a", b"b"], 1, 100)] == [1, 1]


@pytest.mark.requirement("limits-bytes")
def test_exactly_full():
    batches = [len(batch) for batch in batch_stream_messages([b"12345"] * 4, 3, 10)]
    assert batches == [2, 2]
    batches = [len(batch) for batch in batch_stream_messages([b"1", b"1", b"12345", b"12345"], 2, 10)]
    assert batches == [2, 2]


@pytest.mark.requirement("limits-bytes")
def test_next_message_does_not_fit():
    batches = [len(batch) for batch in batch_stream_messages([b"123456", b"12345", b"12345"], 3, 10)]
    assert batches == [1, 2]


@pytest.mark.requirement("limits-bytes")
def test_message_longer_than_a_batch():
    batches = list(batch_stream_messages([b"a", b"x" * 11, b"b", b"c"], 2, 10))
    assert batches == [[b"a"], [b"x" * 11], [b"b", b"c"]]


@pytest.mark.requirement("loses-nothing")
def test_empty_messages():
    messages = [b"a", b"", b"", b"b"]
    batches = list(batch_stream_messages(messages, 2, 10))
    assert list(itertools.chain(*batches)) == messages


@pytest.mark.requirement("loses-nothing")
def test_empty_stream():
    assert list(batch_stream_messages([], 2, 10)) == []


@pytest.mark.requirement("loses-nothing")
def test_no_batch_is_empty():
    batches = list(batch_stream_messages([b"x" * 11, b"y" * 12, b"a", b"b"], 2, 10))
    assert all(batches)
    assert sorted(itertools.chain(*batches)) == [b"a", b"b", b"x" * 11, b"y" * 12]


def counting(read):
    for number in itertools.count():
        read.append(number)
        yield b"%d" % number


@pytest.mark.requirement("as-soon-as-full")
def test_two_messages_are_read_for_a_batch_of_two():
    read = []
    first = next(iter(batch_stream_messages(itertools.islice(counting(read), 100), 2, 1000)))
    assert len(first) == 2
    assert read == [0, 1]


@pytest.mark.requirement("broken-stream")
def test_error_after_three_messages():
    def stream():
        yield from (b"a", b"b", b"c")
        raise ConnectionError("reset")

    batches, got = iter(batch_stream_messages(stream(), 2, 100)), []
    with pytest.raises(ConnectionError):
        while True:
            got += next(batches)
    assert got == [b"a", b"b", b"c"]


@pytest.mark.requirement("broken-stream")
def test_error_at_once():
    def stream():
        raise ConnectionError("refused")
        yield b""

    with pytest.raises(ConnectionError):
        next(iter(batch_stream_messages(stream(), 2, 100)))
