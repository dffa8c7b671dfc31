"""The fsspec file system behind a URL. s3://, gs:// and az:// are read and written by obstore (the extras s3 and gcs),
what else fsspec knows by the package that it names.

obstore and not s3fs: it is one wheel without dependencies, and s3fs brings botocore, which refuses python-dateutil 4.
Credentials, region and endpoint come from the variables that the stores' own tools read, such as AWS_ACCESS_KEY_ID
and AWS_ENDPOINT_URL.
"""

import os
from datetime import timedelta
from functools import cache
from typing import Any

from evalkit.errors import RunDirectoryError

_EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gcs", "gcs": "gcs", "az": "azure", "abfs": "azure", "abfss": "azure"}
# A store that is away for a while must not end a run; one that never was there must be told soon.
_RETRIES: Any = {"max_retries": 6, "retry_timeout": timedelta(seconds=60)}


@cache
def filesystem(protocol: str) -> Any:
    """The file system of a protocol; one for each process. Raises RunDirectoryError when its package is missing."""
    if protocol in _EXTRAS:
        return _by_obstore(protocol)
    import fsspec

    try:
        return fsspec.filesystem(protocol, skip_instance_cache=protocol != "memory")
    except ValueError:
        raise RunDirectoryError(
            f"{protocol}:// is no protocol of a run directory. Give a folder, s3://bucket/run or gs://bucket/run."
        ) from None
    except Exception as error:  # each package of a protocol fails in its own way, with pages of text
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise RunDirectoryError(f"{protocol}:// cannot be used here: {reason}") from error


def _by_obstore(protocol: str) -> Any:
    extra = _EXTRAS[protocol]
    try:
        from obstore.fsspec import FsspecStore
    except ImportError:
        raise RunDirectoryError(
            f"{protocol}:// needs the extra {extra!r}. Install it by: pip install 'evalkit[{extra}]'"
        ) from None

    http = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
    options = {"allow_http": True} if http else None  # who names such an endpoint wants it
    return _blocking(FsspecStore)(protocol, client_options=options, retry_config=_RETRIES)


def _blocking(layer: Any) -> Any:
    """obstore's layer for fsspec with calls that block.

    Its own ones go through threads that may still hold an answer when the process ends, which aborts it. It also drops
    the condition of a put.
    """
    import obstore
    from fsspec import AbstractFileSystem

    class Store(layer):  # type: ignore[misc]  # a class that is handed in has no type
        cachable = False
        find, exists = AbstractFileSystem.find, AbstractFileSystem.exists
        isfile, isdir, walk = AbstractFileSystem.isfile, AbstractFileSystem.isdir, AbstractFileSystem.walk

        def _at(self, path: str) -> tuple[Any, str]:
            bucket, name = self._split_path(path)
            return self._construct_store(bucket), name

        def pipe_file(self, path: str, value: bytes, mode: Any = "overwrite", **_: object) -> None:
            store, name = self._at(path)
            obstore.put(store, name, value, mode=mode)

        def cat_file(self, path: str, **_: object) -> bytes:
            store, name = self._at(path)
            return bytes(obstore.get(store, name).bytes())

        def rm_file(self, path: str) -> None:
            store, name = self._at(path)
            obstore.delete(store, name)

        def cp_file(self, path1: str, path2: str, **_: object) -> None:
            store, name = self._at(path1)
            obstore.copy(store, name, self._split_path(path2)[1])

        def ls(self, path: str, detail: bool = True, **_: object) -> Any:
            store, name = self._at(path)
            found = obstore.list_with_delimiter(store, name)
            bucket = self._split_path(path)[0]
            rows = [{"name": f"{bucket}/{e['path']}", "size": e["size"], "type": "file"} for e in found["objects"]]
            rows += [{"name": f"{bucket}/{e}", "size": 0, "type": "directory"} for e in found["common_prefixes"]]
            if not rows:
                raise FileNotFoundError(path)
            return rows if detail else [row["name"] for row in rows]

        def info(self, path: str, **_: object) -> dict[str, Any]:
            store, name = self._at(path)
            try:
                return {"name": path, "size": obstore.head(store, name)["size"], "type": "file"}
            except FileNotFoundError:
                self.ls(path)  # raises where there is nothing below, either
                return {"name": path, "size": 0, "type": "directory"}

    return Store
