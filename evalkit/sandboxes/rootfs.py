"""The file system a sandbox sees: this Python, the libraries it links, a few packages, and nothing of the host.

Built once from what is installed here, so no registry and no image is needed, and shared by every engine: Docker
imports it as an image, bubblewrap mounts it read-only. Some 170 MB, a few seconds.
"""

import compileall
import hashlib
import os
import py_compile
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from evalkit.cache import cache_folder
from evalkit.errors import SandboxUnavailable
from evalkit.sandboxes.packages import JUDGE, PACKAGES_FOLDER, SHARED, folders_of, move_into_place

JUDGE_FOLDER = "/opt/evalkit/judge"
SHARED_FOLDER = "/opt/evalkit/shared"
RUNNER_FOLDER = "/opt/evalkit/runner"
CANDIDATE_UID = 64_001
JUDGE_UID = 64_002
_FORMAT = "2"  # part of the key: change it when what is built here changes
_TOOLS = ("sh", "cat", "echo", "ls", "true", "false", "sleep")  # what honest programs start as subprocesses
_LEFT_OUT = shutil.ignore_patterns(
    "site-packages", "dist-packages", "test", "tests", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3",
    "config-*", "*.a", "*.pyo", "_tkinter*",
)  # fmt: skip


def interpreter() -> str:
    """Path of the real interpreter, the same inside the sandbox as outside."""
    return os.path.realpath(sys.executable)


def rootfs_key() -> str:
    """Changes whenever the interpreter or a package that is put in changes."""
    parts = [_FORMAT, sys.version, interpreter(), *(f"{name}={_version(name)}" for name in (*JUDGE, *SHARED))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def rootfs() -> Path:
    """The folder, built if it is not there yet. Raises SandboxUnavailable when it cannot be built."""
    folder = cache_folder("sandbox", f"rootfs-{rootfs_key()}")
    if not folder.is_dir():
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix="building-") as temporary:
                building = Path(temporary) / "rootfs"
                _build(building)
                move_into_place(building, folder)
        except OSError as error:
            raise SandboxUnavailable(f"Cannot build the sandbox's file system in {folder.parent}: {error}.") from error
    return folder


def _build(root: Path) -> None:
    root.mkdir(mode=0o755)
    for name in ("tmp", "proc", "dev", "sys", "etc", "usr/bin", "opt/evalkit/runner", PACKAGES_FOLDER[1:]):
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "bin").symlink_to("usr/bin")
    _write_accounts(root)
    for folder in {Path(os.__file__).parent, Path(str(sysconfig.get_config_var("DESTSHARED")))}:
        _copy_tree(folder, root)
    _copy_packages(root)
    programs = [Path(interpreter()), *filter(Path.exists, (Path("/bin") / tool for tool in _TOOLS))]
    for program in programs:
        _copy_file(
            program, root / "usr/bin" / program.name if program.parent == Path("/bin") else _below(root, program)
        )
    _copy_libraries(root, programs)
    compileall.compile_dir(
        root, quiet=2, workers=1, stripdir=str(root), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
    )
    for path, _, _ in os.walk(root):
        Path(path).chmod(0o755)
    (root / "tmp").chmod(0o1777)


def _below(root: Path, path: Path) -> Path:
    return root / path.relative_to("/")


def _copy_tree(source: Path, root: Path) -> None:
    shutil.copytree(source, _below(root, source), ignore=_LEFT_OUT, dirs_exist_ok=True, ignore_dangling_symlinks=True)


def _copy_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        shutil.copy(source, target)
        target.chmod(0o755)


def _copy_packages(root: Path) -> None:
    for folder, distributions in ((JUDGE_FOLDER, JUDGE), (SHARED_FOLDER, SHARED)):
        target = _below(root, Path(folder))
        target.mkdir(parents=True, exist_ok=True)
        for name, path in (item for package in distributions for item in folders_of(package).items()):
            if path.is_dir():
                shutil.copytree(path, target / name, ignore=_LEFT_OUT, dirs_exist_ok=True)
            else:
                shutil.copy(path, target / name)


def _copy_libraries(root: Path, programs: Iterable[Path]) -> None:
    """The shared libraries that the programs and the extension modules link, at the paths the loader asks for."""
    binaries = [*programs, *root.rglob("*.so"), *root.rglob("*.so.*")]
    for library in _linked(binaries):
        inside = _below(root, library)
        if not inside.exists():
            _copy_file(Path(os.path.realpath(library)), inside)


def _linked(binaries: Iterable[Path]) -> set[Path]:
    listing = subprocess.run(
        ["ldd", *map(str, binaries)], capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"}
    ).stdout
    found = re.findall(r"(?:=> |^\s+)(/\S+) \(0x", listing, re.MULTILINE)
    return {Path(path) for path in found if "/building-" not in path}


def _write_accounts(root: Path) -> None:
    users = {"root": 0, "candidate": CANDIDATE_UID, "judge": JUDGE_UID}
    passwd = "".join(f"{name}:x:{uid}:{uid}::/tmp:/bin/sh\n" for name, uid in users.items())
    (root / "etc/passwd").write_text(passwd)
    (root / "etc/group").write_text("".join(f"{name}:x:{gid}:\n" for name, gid in users.items()))
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n")
