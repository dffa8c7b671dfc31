from collections.abc import Callable, Iterable
from typing import Any


def convert_upload(
    file_store: Any,
    upload_chunks: Iterable[bytes],
    convert_file: Callable[[str], Any],
) -> Any:
    path = file_store.create_file()
    for chunk in upload_chunks:
        file_store.append_bytes(path, chunk)
    failed = True
    try:
        result = convert_file(path)
        failed = False
        return result
    finally:
        try:
            file_store.remove_file(path)
        except OSError:
            if not failed:
                raise
