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

    class Store(FsspecStore):
        """Puts with the condition that nothing is there, which the layer drops."""

        async def _pipe_file(self, path: str, value: bytes, mode: Any = "overwrite", **_: object) -> None:
            bucket, name = self._split_path(path)
            await self._construct_store(bucket).put_async(name, value, mode=mode)

    http = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
    options: Any = {"allow_http": True} if http else None  # who names such an endpoint wants it
    which: Any = protocol  # one of those that obstore knows
    return Store(which, client_options=options, retry_config=_RETRIES)
