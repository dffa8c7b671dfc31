"""Where models are kept, and that they are there whole or not at all."""

import hashlib
import json
from pathlib import Path

import pytest

from evalkit.models import storage
from evalkit.models.storage import cache_folder, create_folder, file_sha256


def test_the_cache_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALKIT_CACHE", "/a")
    monkeypatch.setenv("XDG_CACHE_HOME", "/b")
    assert cache_folder() == Path("/a")
    monkeypatch.delenv("EVALKIT_CACHE")
    assert cache_folder() == Path("/b/evalkit")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/c")
    assert cache_folder() == Path("/c/.cache/evalkit")


def test_a_folder_that_fails_half_way_is_not_there(tmp_path: Path) -> None:
    def build(folder: Path) -> None:
        (folder / "half").write_text("x")
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        create_folder(tmp_path / "models" / "m", build)
    assert list((tmp_path / "models").iterdir()) == []


def test_the_quicker_of_two_processes_wins(tmp_path: Path) -> None:
    target = tmp_path / "m"

    def build(folder: Path) -> None:
        target.mkdir()
        (target / "file").write_text("theirs")
        (folder / "file").write_text("ours")

    create_folder(target, build)
    assert (target / "file").read_text() == "theirs"
    assert [each.name for each in tmp_path.iterdir()] == ["m"]


def test_a_shared_cache_can_be_read_by_others(tmp_path: Path) -> None:
    create_folder(tmp_path / "m", lambda folder: (folder / "file").touch(mode=0o600))
    assert (tmp_path / "m").stat().st_mode & 0o077 == 0o055
    assert (tmp_path / "m" / "file").stat().st_mode & 0o044 == 0o044


def test_hashes_are_remembered_until_the_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "weights"
    file.write_bytes(b"one")
    assert file_sha256(file) == hashlib.sha256(b"one").hexdigest()
    with monkeypatch.context() as patched:
        patched.setattr(storage, "sha256_of", lambda _: pytest.fail("read again"))
        assert file_sha256(file) == hashlib.sha256(b"one").hexdigest()
    file.write_bytes(b"other")
    assert file_sha256(file) == hashlib.sha256(b"other").hexdigest()


@pytest.mark.parametrize("content", ["", "[]", "{", json.dumps({"x": 1})])
def test_damaged_or_forbidden_memory_costs_only_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path))
    (tmp_path / "hashes.json").write_text(content)
    (tmp_path / "file").write_bytes(b"x")
    assert file_sha256(tmp_path / "file") == hashlib.sha256(b"x").hexdigest()
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path / "file"))
    assert file_sha256(tmp_path / "file") == hashlib.sha256(b"x").hexdigest()
