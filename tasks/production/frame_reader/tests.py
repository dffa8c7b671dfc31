import pytest
from solution import FrameReader


class FakeStream:
    """Gives out its bytes, never more than `piece` at a time."""

    def __init__(self, data, piece=1_000_000):
        self.data = data
        self.piece = piece
        self.at = 0

    def read(self, byte_count):
        start = self.at
        self.at = min(len(self.data), start + min(byte_count, self.piece))
        return self.data[start : self.at]


def frame(message):
    return len(message).to_bytes(4, "big") + message


def read_all(data, piece=1_000_000, limit=1_000_000):
    reader, messages = FrameReader(FakeStream(data, piece).read, limit), []
    while (message := reader.next_message()) is not None:
        messages.append(message)
    return messages


@pytest.mark.requirement("reads-messages")
@pytest.mark.example
def test_one_message():
    reader = FrameReader(FakeStream(b"\0\0\0\5hello").read, max_message_bytes=1000)
    assert reader.next_message() == b"hello"


@pytest.mark.requirement("end-of-stream")
@pytest.mark.example
def test_end_after_one_message():
    reader = FrameReader(FakeStream(b"\0\0\0\5hello").read, max_message_bytes=1000)
    reader.next_message()
    assert reader.next_message() is None


@pytest.mark.requirement("reads-messages")
def test_three_messages():
    messages = [b"a", bytes(range(256)) * 2, b"\0\0\0\1"]
    assert read_all(b"".join(map(frame, messages))) == messages


@pytest.mark.requirement("end-of-stream")
def test_asked_once_more():
    reader = FrameReader(FakeStream(frame(b"x")).read, 10)
    assert [reader.next_message() for _ in range(4)] == [b"x", None, None, None]


@pytest.mark.requirement("end-of-stream")
def test_empty_stream():
    assert FrameReader(FakeStream(b"").read, 10).next_message() is None


@pytest.mark.requirement("cut-off-message")
def test_end_inside_the_message():
    with pytest.raises(EOFError):
        FrameReader(FakeStream(frame(b"hello")[:-1]).read, 10).next_message()


@pytest.mark.requirement("cut-off-message")
def test_end_right_after_the_length():
    with pytest.raises(EOFError):
        FrameReader(FakeStream(b"\0\0\0\5").read, 10).next_message()


@pytest.mark.requirement("cut-off-message")
def test_end_inside_the_length():
    with pytest.raises(EOFError):
        FrameReader(FakeStream(b"\0\0").read, 10).next_message()


@pytest.mark.requirement("too-long-message")
def test_longest_allowed():
    assert read_all(frame(b"12345678"), limit=8) == [b"12345678"]


@pytest.mark.requirement("too-long-message")
def test_one_byte_too_long():
    stream = FakeStream(frame(b"123456789"))
    with pytest.raises(ValueError):
        FrameReader(stream.read, 8).next_message()
    assert stream.at == 4


@pytest.mark.requirement("pieces-of-any-size")
def test_byte_by_byte():
    messages = [b"first", b"second one", bytes(300)]
    assert read_all(b"".join(map(frame, messages)), piece=1) == messages


@pytest.mark.requirement("pieces-of-any-size")
def test_pieces_of_seven():
    messages = [b"a longer message", b"xyz", b"and another one"]
    assert read_all(b"".join(map(frame, messages)), piece=7) == messages


@pytest.mark.requirement("empty-message")
def test_empty_message_between_others():
    assert read_all(frame(b"a") + frame(b"") + frame(b"b")) == [b"a", b"", b"b"]


@pytest.mark.requirement("empty-message")
def test_empty_message_at_the_end():
    assert read_all(frame(b"")) == [b""]


@pytest.mark.requirement("unsigned-length")
def test_highest_bit():
    reader = FrameReader(FakeStream(b"\xff\xff\xff\xff" + bytes(20)).read, 10)
    with pytest.raises(ValueError):
        reader.next_message()
