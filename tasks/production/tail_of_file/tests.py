import io

import pytest
from solution import read_last_lines


class CountingFile:
    """A file in memory that counts the bytes that are read from it."""

    def __init__(self, content):
        self.content = io.BytesIO(content)
        self.bytes_read = 0

    def seek(self, offset, whence=0):
        return self.content.seek(offset, whence)

    def tell(self):
        return self.content.tell()

    def read(self, size=-1):
        data = self.content.read(size)
        self.bytes_read += len(data)
        return data


def tail(content, count, block_size=64):
    return read_last_lines(CountingFile(content), count, block_size)


@pytest.mark.requirement("returns-last-lines")
@pytest.mark.example
def test_two_of_three():
    assert read_last_lines(io.BytesIO(b"one\ntwo\nthree"), line_count=2) == ["two", "three"]


@pytest.mark.requirement("returns-last-lines")
def test_lines_over_many_blocks():
    lines = [f"line {number}" for number in range(200)]
    assert tail("\n".join(lines).encode(), 50, 16) == lines[150:]


@pytest.mark.requirement("returns-last-lines")
def test_empty_lines_are_lines():
    assert tail(b"a\n\nb\n\n\nc", 4) == ["b", "", "", "c"]


@pytest.mark.requirement("reads-only-the-end")
def test_bytes_read_of_a_large_file():
    file = CountingFile(b"0123456789\n" * 20_000 + b"last")
    assert read_last_lines(file, 3, 256) == ["0123456789", "0123456789", "last"]
    assert file.bytes_read <= 1024


@pytest.mark.requirement("final-line-feed-adds-nothing")
def test_line_feed_at_the_end():
    assert tail(b"one\ntwo\nthree\n", 2) == ["two", "three"]


@pytest.mark.requirement("final-line-feed-adds-nothing")
def test_line_feed_alone_in_the_last_block():
    assert tail(b"one two three four\nfive six seven eight\n", 1, 8) == ["five six seven eight"]


@pytest.mark.requirement("final-line-feed-adds-nothing")
def test_empty_line_at_the_end():
    assert tail(b"one\ntwo\n\n", 2) == ["two", ""]


@pytest.mark.requirement("lines-longer-than-a-block")
def test_line_of_many_blocks():
    long = "x" * 1000
    assert tail(f"first\n{long}\nz".encode(), 2, 64) == [long, "z"]


@pytest.mark.requirement("characters-across-blocks")
def test_every_place_of_a_border():
    text = "nö\nzürich, 5 €\n日本語"
    for block_size in range(40, 1, -1):
        assert tail(text.encode(), 2, block_size)[-1:] == ["日本語"]


@pytest.mark.requirement("characters-across-blocks")
def test_blocks_of_one_byte():
    assert tail("ä\nö€".encode(), 1, 1) == ["ö€"]


@pytest.mark.requirement("short-files")
def test_fewer_lines_than_asked_for():
    assert tail(b"one\ntwo", 10) == ["one", "two"]


@pytest.mark.requirement("short-files")
def test_exactly_as_many_lines_as_asked_for():
    assert tail(b"one\ntwo", 2) == ["one", "two"]


@pytest.mark.requirement("short-files")
def test_empty_file():
    assert tail(b"", 3) == []


@pytest.mark.requirement("windows-line-ends")
def test_carriage_returns():
    assert tail(b"one\r\ntwo\r\nthree", 2) == ["two", "three"]


@pytest.mark.requirement("only-line-feeds-end-lines")
def test_separators_inside_lines():
    assert tail("a\nb\u2028c\x0cd\ne".encode(), 2) == ["b\u2028c\x0cd", "e"]


@pytest.mark.requirement("zero-lines")
def test_no_lines():
    assert tail(b"one\ntwo\nthree", 0) == []
