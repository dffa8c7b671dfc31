import pytest
from solution import convert_upload


class FakeStore:
    """Keeps files in memory and notes what is done."""

    def __init__(self, create_error=None, remove_error=None):
        self.files = {}
        self.events = []
        self.create_error = create_error
        self.remove_error = remove_error

    def create_file(self):
        if self.create_error:
            raise self.create_error
        path = f"/tmp/upload{len(self.events)}"
        self.files[path] = b""
        return path

    def append_bytes(self, path, data):
        self.events.append("append")
        self.files[path] += data

    def remove_file(self, path):
        self.events.append(f"remove {path}")
        if self.remove_error:
            raise self.remove_error
        del self.files[path]


def chunks_then(error):
    yield b"begin"
    raise error


def failing_with(error):
    def convert(path):
        raise error

    return convert


@pytest.mark.requirement("converts-then-removes")
@pytest.mark.example
def test_result_is_returned_and_file_removed():
    store = FakeStore()
    assert convert_upload(store, [b"ab", b"c"], convert_file=lambda file_path: "done") == "done"
    assert store.files == {}


@pytest.mark.requirement("converts-then-removes")
def test_conversion_sees_the_whole_file():
    store = FakeStore()
    result = convert_upload(store, [b"one ", b"", b"two ", b"three"], lambda path: store.files[path].decode())
    assert result == "one two three"


@pytest.mark.requirement("converts-then-removes")
def test_empty_results_are_results():
    for value in (None, 0, b"", []):
        store = FakeStore()
        assert convert_upload(store, [b"x"], lambda path, value=value: value) == value
        assert store.files == {}


@pytest.mark.requirement("converts-then-removes")
def test_empty_upload():
    store = FakeStore()
    assert convert_upload(store, [], lambda path: len(store.files[path])) == 0


@pytest.mark.requirement("streams")
def test_chunk_is_written_before_the_next_is_read():
    store = FakeStore()

    def chunks():
        for number in range(3):
            store.events.append(f"chunk {number}")
            yield b"x"

    convert_upload(store, chunks(), lambda path: "done")
    assert store.events[:6] == ["chunk 0", "append", "chunk 1", "append", "chunk 2", "append"]


@pytest.mark.requirement("removes-after-conversion-error")
def test_conversion_fails():
    store = FakeStore()
    with pytest.raises(ZeroDivisionError):
        convert_upload(store, [b"x"], failing_with(ZeroDivisionError("no pages")))
    assert store.files == {}


@pytest.mark.requirement("removes-after-upload-error")
def test_upload_breaks_off():
    store = FakeStore()
    with pytest.raises(ConnectionResetError):
        convert_upload(store, chunks_then(ConnectionResetError("client is gone")), lambda path: "done")
    assert store.files == {}


@pytest.mark.requirement("removes-on-interrupt")
def test_interrupted_conversion():
    store = FakeStore()
    with pytest.raises(KeyboardInterrupt):
        convert_upload(store, [b"x"], failing_with(KeyboardInterrupt()))
    assert store.files == {}


@pytest.mark.requirement("removal-hides-no-error")
def test_removing_fails_after_the_conversion():
    store = FakeStore(remove_error=PermissionError("read-only"))
    with pytest.raises(ZeroDivisionError):
        convert_upload(store, [b"x"], failing_with(ZeroDivisionError("no pages")))


@pytest.mark.requirement("removal-hides-no-error")
def test_removing_fails_after_the_upload():
    store = FakeStore(remove_error=PermissionError("read-only"))
    with pytest.raises(EOFError):
        convert_upload(store, chunks_then(EOFError("torn")), lambda path: "done")


@pytest.mark.requirement("nothing-to-remove")
def test_creating_fails():
    store = FakeStore(create_error=OSError("disk full"))
    with pytest.raises(OSError, match="disk full"):
        convert_upload(store, [b"x"], lambda path: "done")
    assert store.events == []
