import contextlib
import errno
import posixpath

import pytest
from solution import replace_file_content


class PowerCut(BaseException):
    """The machine goes off: nothing works any more."""


class FakeFiles:
    """Files by path. Fails where it is told to; remembers what readers could have seen of `target`."""

    def __init__(self, files, target="notes.txt", fail_at="", off_at=""):
        self.files = dict(files)
        self.modes = dict.fromkeys(files, 0o640)
        self.target = target
        self.fail_at = fail_at
        self.off_at = off_at
        self.off = False
        self.synced = set(files)
        self.seen = [self.files.get(target)]

    def _begin(self, operation, *paths):
        if self.off or operation == self.off_at:
            self.off = True
            raise PowerCut
        if operation == self.fail_at:
            raise OSError(errno.EIO, "disk error")
        for path in paths:
            if path not in self.files:
                raise FileNotFoundError(errno.ENOENT, "no such file", path)

    def _end(self):
        self.seen.append(self.files.get(self.target))

    def create_file(self, file_path, file_content):
        self._begin("create_file")
        if file_path in self.files:
            raise FileExistsError(errno.EEXIST, "file exists", file_path)
        self.modes[file_path] = 0o600
        self.synced.discard(file_path)
        self.files[file_path] = file_content[: len(file_content) // 2]
        self._end()
        self._begin("create_file half-way")
        self.files[file_path] = file_content
        self._end()

    def sync_file(self, file_path):
        self._begin("sync_file", file_path)
        self.synced.add(file_path)

    def rename_file(self, old_path, new_path):
        self._begin("rename_file", old_path)
        if posixpath.dirname(old_path) != posixpath.dirname(new_path):
            raise OSError(errno.EXDEV, "another file system")
        self.files[new_path] = self.files.pop(old_path)
        self.modes[new_path] = self.modes.pop(old_path)
        self.synced.discard(new_path)
        if old_path in self.synced:
            self.synced.add(new_path)
        self._end()
        self._begin("after rename_file")

    def remove_file(self, file_path):
        self._begin("remove_file", file_path)
        del self.files[file_path]
        self._end()

    def get_mode(self, file_path):
        self._begin("get_mode", file_path)
        return self.modes[file_path]

    def set_mode(self, file_path, file_mode):
        self._begin("set_mode", file_path)
        self.modes[file_path] = file_mode

    def restart(self):
        """After a power cut: what was not synced is empty."""
        self.off, self.off_at = False, ""
        for path in self.files:
            if path not in self.synced:
                self.files[path] = b""


def failing(operation):
    files = FakeFiles({"notes.txt": b"old text"}, fail_at=operation)
    with pytest.raises(OSError):
        replace_file_content(files, "notes.txt", b"new text")
    return files


@pytest.mark.requirement("replaces-content")
@pytest.mark.example
def test_replace():
    files = FakeFiles({"notes.txt": b"old"})
    replace_file_content(files, "notes.txt", b"new")
    assert files.files == {"notes.txt": b"new"}


@pytest.mark.requirement("replaces-content")
def test_missing_file_is_created():
    files = FakeFiles({})
    replace_file_content(files, "notes.txt", b"first text")
    assert files.files == {"notes.txt": b"first text"}


@pytest.mark.requirement("replaces-content")
def test_replaced_twice_with_less_and_with_nothing():
    files = FakeFiles({"notes.txt": b"a long text", "other.txt": b"untouched"})
    replace_file_content(files, "notes.txt", b"short")
    replace_file_content(files, "notes.txt", b"")
    assert files.files == {"notes.txt": b"", "other.txt": b"untouched"}


@pytest.mark.requirement("never-half-written")
def test_what_readers_see():
    files = FakeFiles({"notes.txt": b"old text"})
    replace_file_content(files, "notes.txt", b"new text")
    assert set(files.seen) == {b"old text", b"new text"}


@pytest.mark.requirement("never-half-written")
def test_disk_error_while_writing():
    files = FakeFiles({"notes.txt": b"old text"}, fail_at="create_file half-way")
    with contextlib.suppress(OSError):
        replace_file_content(files, "notes.txt", b"new text")
    assert files.files["notes.txt"] == b"old text"


@pytest.mark.requirement("same-folder")
def test_file_in_a_folder():
    files = FakeFiles({"/etc/app/notes.txt": b"old"}, target="/etc/app/notes.txt")
    replace_file_content(files, "/etc/app/notes.txt", b"new")
    assert files.files == {"/etc/app/notes.txt": b"new"}


@pytest.mark.requirement("survives-power-cut")
def test_power_cut_right_after():
    files = FakeFiles({"notes.txt": b"old text"})
    replace_file_content(files, "notes.txt", b"new text")
    files.restart()
    assert files.files["notes.txt"] == b"new text"


@pytest.mark.requirement("survives-power-cut")
def test_power_cut_as_soon_as_the_file_is_renamed():
    files = FakeFiles({"notes.txt": b"old text"}, off_at="after rename_file")
    with contextlib.suppress(PowerCut):
        replace_file_content(files, "notes.txt", b"new text")
    files.restart()
    assert files.files["notes.txt"] in (b"old text", b"new text")


@pytest.mark.requirement("no-leftovers")
def test_disk_error_leaves_no_temporary_file():
    assert list(failing("create_file half-way").files) == ["notes.txt"]


@pytest.mark.requirement("no-leftovers")
def test_failed_rename_leaves_no_temporary_file():
    assert failing("rename_file").files == {"notes.txt": b"old text"}


@pytest.mark.requirement("not-stopped-by-a-crash-before")
def test_again_after_a_power_cut():
    files = FakeFiles({"notes.txt": b"old text"}, off_at="rename_file")
    with contextlib.suppress(PowerCut):
        replace_file_content(files, "notes.txt", b"new text")
    files.restart()
    replace_file_content(files, "notes.txt", b"new text")
    assert files.files["notes.txt"] == b"new text"


@pytest.mark.requirement("keeps-mode")
def test_shared_file_stays_shared():
    files = FakeFiles({"notes.txt": b"old"})
    files.modes["notes.txt"] = 0o664
    replace_file_content(files, "notes.txt", b"new")
    assert files.modes["notes.txt"] == 0o664
