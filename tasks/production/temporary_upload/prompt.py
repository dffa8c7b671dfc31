from collections.abc import Callable, Iterable
from typing import Any


def convert_upload(
    file_store: Any,
    upload_chunks: Iterable[bytes],
    convert_file: Callable[[str], Any],
) -> Any:
    """Write an upload to a temporary file, convert that, remove it, and return what the conversion returned.

    `file_store` has the methods `create_file()`, which returns the path of a new empty file,
    `append_bytes(file_path, new_bytes)` and `remove_file(file_path)`. `upload_chunks` yields the upload piece by piece.
    `convert_file(file_path)` reads the file and returns any value.

    >>> class DemoStore:
    ...     def create_file(self):
    ...         return "/tmp/u1"
    ...     def append_bytes(self, file_path, new_bytes):
    ...         print("append", new_bytes)
    ...     def remove_file(self, file_path):
    ...         print("remove", file_path)
    >>> convert_upload(DemoStore(), [b"ab", b"c"], convert_file=lambda file_path: "done")
    append b'ab'
    append b'c'
    remove /tmp/u1
    'done'
    """
