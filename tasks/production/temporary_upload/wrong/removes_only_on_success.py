from collections.abc import Callable, Iterable
from typing import Any


def convert_upload(
    file_store: Any,
    upload_chunks: Iterable[bytes],
    convert_file: Callable[[str], Any],
) -> Any:
    temporary_path = file_store.create_file()
    for chunk in upload_chunks:
        file_store.append_bytes(temporary_path, chunk)
    result = convert_file(temporary_path)
    file_store.remove_file(temporary_path)
    return result
