"""Where a run lies: a folder of this machine, or a URL such as s3://bucket/run, gs://bucket/run or memory://run.

`RemotePath` is the part of `pathlib.Path` that run directories use, over fsspec. An object store has no folders, no
rename and no append. It has what a run needs instead: an object that is put is there whole for every reader, or not.
"""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, cast

from evalkit.errors import RunDirectoryError

_URL = re.compile(r"([a-z][a-z0-9+.-]+)://(.+)", re.DOTALL)
_WHOLE = 8 * 2**20  # bytes; a smaller object is fetched in one request, of a larger one only what is asked for
_CODE = re.compile(r"<Code>(\w+)</Code>")
_METADATA = "169.254.169.254"  # where machines of a cloud ask for credentials: the last place that is looked at
_CREDENTIALS = ("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", "GOOGLE_APPLICATION_CREDENTIALS")
_REFUSED = {"PermissionDeniedError": errno.EACCES, "UnauthenticatedError": errno.EACCES}


@dataclass(frozen=True, slots=True)
class RemotePath:
    """A URL that is used like a Path; can be pickled. `size` in bytes is known where a listing told it.

    What a store refuses is a StoreError, what is not there a FileNotFoundError.
    """

    url: str
    size: int | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return self.url

    def __truediv__(self, name: str) -> "RemotePath":
        return RemotePath(f"{self.url}/{name}")

    def __lt__(self, other: "RemotePath") -> bool:
        return self.url < other.url

    @property
    def name(self) -> str:
        """The last part."""
        return self.url.rpartition("/")[2]

    @property
    def stem(self) -> str:
        """The name without its last suffix."""
        return self.name.rpartition(".")[0] or self.name

    @property
    def suffix(self) -> str:
        """The last suffix, with its dot."""
        return self.name.removeprefix(self.stem)

    @property
    def parent(self) -> "RemotePath":
        """All but the last part."""
        return RemotePath(self.url.rpartition("/")[0])

    def with_name(self, name: str) -> "RemotePath":
        """A neighbour."""
        return self.parent / name

    def resolve(self) -> "RemotePath":
        """Itself: a URL is absolute."""
        return self

    def absolute(self) -> "RemotePath":
        """Itself."""
        return self

    def mkdir(self, parents: bool = False, exist_ok: bool = False) -> None:
        """Nothing: an object store has no folders."""

    def rmdir(self) -> None:
        """Nothing either."""

    def exists(self) -> bool:
        """Whether there is such an object, or objects below it."""
        with _as_os_errors(self):
            return bool(_filesystem(self).exists(self.url))

    def is_file(self) -> bool:
        """Whether there is such an object."""
        with _as_os_errors(self):
            return bool(_filesystem(self).isfile(self.url))

    def is_dir(self) -> bool:
        """Whether there are objects below it."""
        with _as_os_errors(self):
            return bool(_filesystem(self).isdir(self.url))

    def iterdir(self) -> Iterator["RemotePath"]:
        """What lies right below, by name; nothing where there is nothing. One request for a thousand names."""
        try:
            with _as_os_errors(self):
                found = _filesystem(self).ls(self.url, detail=True, refresh=True)
        except FileNotFoundError:
            return
        for each in sorted(found, key=lambda each: str(each["name"])):
            name = each["name"].rstrip("/").rpartition("/")[2]
            yield RemotePath(f"{self.url}/{name}", each.get("size") if each["type"] == "file" else None)

    def glob(self, pattern: str) -> Iterator["RemotePath"]:
        """Those right below whose names fit to a pattern."""
        return (each for each in self.iterdir() if fnmatchcase(each.name, pattern))

    def rglob(self, name: str) -> Iterator["RemotePath"]:
        """All objects of a name, however far below."""
        scheme = self.url.partition("://")[0]
        with _as_os_errors(self):
            found = _filesystem(self).find(self.url)
        full = (each if "://" in each else f"{scheme}://{each.lstrip('/')}" for each in found)
        return (RemotePath(each) for each in full if each.rpartition("/")[2] == name)

    def read_bytes(self) -> bytes:
        """The whole object."""
        with _as_os_errors(self):
            return cast("bytes", _filesystem(self).cat_file(self.url))

    def read_text(self, encoding: str = "utf-8") -> str:
        """The whole object as text."""
        return self.read_bytes().decode(encoding)

    def put(self, data: bytes, create: bool = False) -> None:
        """Write the whole object: readers see the former one or this one, whole. With `create`, raises FileExistsError
        where there is one already (stores that know no such condition replace it)."""
        try:
            with _as_os_errors(self):
                _filesystem(self).pipe_file(self.url, data, mode="create" if create else "overwrite")
        except FileNotFoundError as error:
            raise StoreError(errno.ENOENT, f"{self.url}: there is no such bucket") from error

    def write_bytes(self, data: bytes) -> None:
        """`put`, by Path's name."""
        self.put(data)

    def touch(self) -> None:
        """An empty object."""
        self.put(b"")

    def replace(self, target: "RemotePath") -> None:
        """Copy to another name, where the whole copy appears at once, and remove this one."""
        with _as_os_errors(self):
            _filesystem(self).cp_file(self.url, target.url)
        self.unlink(missing_ok=True)

    def unlink(self, missing_ok: bool = False) -> None:
        """Remove the object."""
        try:
            with _as_os_errors(self):
                _filesystem(self).rm_file(self.url)
        except FileNotFoundError:
            if not missing_ok:
                raise

    def source(self) -> Any:
        """What a Parquet reader opens: the bytes of a small object, a file that fetches what is read of a large one."""
        import pyarrow as pa

        if self.size is None or self.size <= _WHOLE:
            return pa.BufferReader(self.read_bytes())
        with _as_os_errors(self):
            return _filesystem(self).open(self.url, "rb")


AnyPath = Path | RemotePath


class StoreError(RunDirectoryError, OSError):
    """What an object store refused or could not do, in one line."""

    def __str__(self) -> str:
        return str(self.strerror)


def as_path(where: "AnyPath | str") -> AnyPath:
    """A URL as RemotePath, anything else as Path.

    >>> as_path("s3://bucket/run/").name, as_path("runs/a").name
    ('run', 'a')
    """
    if isinstance(where, str) and (found := _URL.fullmatch(where)):
        return RemotePath(f"{found[1]}://{found[2].strip('/')}")
    return where if isinstance(where, RemotePath) else Path(where)


def _filesystem(path: RemotePath) -> Any:
    from evalkit.object_stores import filesystem

    return filesystem(path.url.partition("://")[0])


@contextmanager
def _as_os_errors(path: RemotePath) -> Iterator[None]:
    """Every library of a store has exceptions of its own; what they say in one line, as a StoreError."""
    try:
        yield
    except (FileNotFoundError, FileExistsError, RunDirectoryError):
        raise
    except Exception as error:  # whatever fails here, the store or the way to it failed
        number = _REFUSED.get(type(error).__name__, errno.EIO)
        raise StoreError(number, f"{path.url}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    if _METADATA in text:
        return f"no credentials were found; set {' or '.join(_CREDENTIALS)}"
    code = _CODE.search(text)
    return code[1] if code else text.splitlines()[0][:300]
