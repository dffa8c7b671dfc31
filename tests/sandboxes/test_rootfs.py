"""The file system sandboxes see: this Python and a few packages, and nothing else of this machine."""

import os
import subprocess
from pathlib import Path

import pytest

from evalkit.errors import SandboxUnavailable
from evalkit.sandboxes import rootfs as module
from evalkit.sandboxes.packages import JUDGE, SHARED, folders_of, import_path
from evalkit.sandboxes.rootfs import JUDGE_FOLDER, SHARED_FOLDER, interpreter, rootfs, rootfs_key


@pytest.fixture(scope="module")
def root():
    return rootfs()


def test_it_is_built_once(root):
    assert rootfs() == root and root.name == f"rootfs-{rootfs_key()}"


def test_the_interpreter_lies_where_it_lies_here(root):
    assert (root / Path(interpreter()).relative_to("/")).is_file()
    assert (root / Path(os.__file__).relative_to("/")).is_file()


def test_the_judge_has_pytest_and_solutions_have_not(root):
    assert (root / JUDGE_FOLDER[1:] / "_pytest").is_dir()
    assert not (root / SHARED_FOLDER[1:] / "pytest").exists()
    assert not list(root.rglob("site-packages"))


def test_nothing_of_the_host_is_in_it(root):
    assert sorted(line.split(":")[0] for line in (root / "etc/passwd").read_text().splitlines()) == [
        "candidate", "judge", "root"]  # fmt: skip
    assert sorted(path.name for path in (root / "etc").iterdir()) == ["group", "hosts", "passwd"]
    assert not list((root / "tmp").iterdir())


def test_nothing_in_it_can_be_written_by_others_or_raises_privileges(root):
    for path in (root, *root.rglob("*")):
        mode = path.lstat().st_mode
        assert not mode & 0o6000, path
        assert path.is_symlink() or path == root / "tmp" or not mode & 0o002, path


def test_every_library_that_is_linked_is_in_it(root):
    for name in ("_ssl", "_sqlite3", "_ctypes"):
        found = list(root.rglob(f"{name}.*.so"))
        if not found:
            continue
        listing = subprocess.run(["ldd", str(found[0])], capture_output=True, text=True, check=True).stdout
        for line in listing.splitlines():
            if "=> /" in line:
                assert (root / line.split("=> ")[1].split()[0][1:]).exists(), line


def test_the_key_changes_with_what_is_put_in(monkeypatch):
    before = rootfs_key()
    monkeypatch.setattr(module, "_version", lambda name: "other")
    assert rootfs_key() != before


def test_packages_are_found_by_distribution():
    assert {"numpy"} <= set(folders_of("numpy")) and not folders_of("no-such-distribution")
    assert all(path.exists() for name in (*JUDGE, *SHARED) for path in folders_of(name).values())
    assert not any(top.endswith((".dist-info", ".pth")) for name in (*JUDGE, *SHARED) for top in folders_of(name))
    assert import_path(JUDGE) and import_path(SHARED)


def test_a_folder_that_cannot_be_written_is_one_clear_line(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path / "file"))
    with pytest.raises(SandboxUnavailable, match="Cannot build the sandbox's file system in "):
        rootfs()
