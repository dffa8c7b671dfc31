"""Files of a run directory: written whole or not at all, and never by two processes at once.

In a folder a file appears by its rename, in an object store by its put, which is as whole: both count once they can be
read, and neither needs an index of what counts.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evalkit.errors import RunDirectoryError
from evalkit.paths import AnyPath, RemotePath
from evalkit.results.leases import NAME as LEASE
from evalkit.results.leases import Lease

LOCK = ".lock"
TEMPORARY = ".tmp"

_FULL = {errno.ENOSPC, errno.EDQUOT}
_READ_ONLY = {errno.EACCES, errno.EPERM, errno.EROFS}


def write_atomically(path: AnyPath, data: bytes) -> None:
    """Put `data` at `path` so that a reader, or the next process after a kill, sees all of it or nothing."""
    if isinstance(path, RemotePath):
        path.put(data)
        return
    temporary = path.with_name(f".{path.name}{TEMPORARY}")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def rename(path: AnyPath, name: str) -> AnyPath:
    """Give a file of a run another name in its folder, at which it appears whole; its new path."""
    if isinstance(path, RemotePath):
        path.replace(found := path.with_name(name))
        return found
    return path.replace(path.with_name(name))


def append_line(path: AnyPath, line: str) -> None:
    """Append one line; a line that a killed process left unfinished is ended first."""
    if isinstance(path, RemotePath):
        _append_object(path, line)
        return
    with path.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _append_object(path: RemotePath, line: str) -> None:
    """Objects do not grow, so it is written anew; whoever writes holds the lease."""
    try:
        former = path.read_bytes()
    except FileNotFoundError:
        former = b""
    path.put(former + line.encode() + b"\n")


def is_leftover(path: AnyPath) -> bool:
    """Whether a killed writer (or a lock) left this file: it holds no results."""
    return path.name in (LOCK, LEASE) or (path.name.startswith(".") and path.name.endswith(TEMPORARY))


def remove_leftovers(folder: AnyPath) -> None:
    """Remove the temporary files of killed writers. Only whoever holds the lock may call this."""
    for path in folder.glob(f".*{TEMPORARY}"):
        path.unlink(missing_ok=True)


class FolderLock:
    """The lock of a folder, which the operating system takes back from whoever dies."""

    def __init__(self, folder: Path) -> None:
        self._descriptor: int | None = _lock_folder(folder)

    def require(self) -> None:
        """Nothing: nobody takes it away from a process that lives."""

    def release(self) -> None:
        """Let others write. Called again, it does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def lock(folder: AnyPath) -> FolderLock | Lease:
    """Take the folder's lock; its `release`, or dying, releases it.

    Raises RunDirectoryError when another process (or another RunDirectory of this one) holds it.
    """
    if isinstance(folder, RemotePath):
        return Lease(folder)
    return FolderLock(folder)


def _lock_folder(folder: Path) -> int:
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    except BlockingIOError:
        holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
        os.close(descriptor)
        raise RunDirectoryError(
            f"{folder} is in use by another evalkit process (pid {holder}). "
            f"Wait until it has ended, or choose another --out."
        ) from None
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def explained(folder: AnyPath, advice: str) -> Iterator[None]:
    """Turn the operating system's refusals into one line that ends with `advice`."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            reason = f"No space left on the disk that holds {folder}"
        elif error.errno in _READ_ONLY:
            reason = f"{folder} is not writable"
        else:
            reason = f"Cannot write to {folder}"
        raise RunDirectoryError(f"{reason} ({error.strerror or error}). {advice}") from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # makes the rename itself survive a power cut
    finally:
        os.close(descriptor)
