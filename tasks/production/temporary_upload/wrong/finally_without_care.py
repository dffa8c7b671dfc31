from collections.abc import Callable, Iterable
from typing import Any


def convert_upload(
    file_store: Any,
    upload_chunks: Iterable[bytes],
    convert_file: Callable[[str], Any],
) -> Any:
    path = None
    try:
        path = file_store.create_file()
        for chunk in upload_chunks:
            file_store.append_bytes(path, chunk)
        return convert_file(path)
    finally:
        file_store.remove_file(path)
