from collections.abc import Callable, Iterable
from typing import Any


def convert_upload(
    file_store: Any,
    upload_chunks: Iterable[bytes],
    convert_file: Callable[[str], Any],
) -> Any:
    file_path = file_store.create_file()
    try:
        for chunk in upload_chunks:
            file_store.append_bytes(file_path, chunk)
        result = convert_file(file_path)
    except Exception as error:
        try:
            file_store.remove_file(file_path)
        except Exception:
            pass
        raise error
    file_store.remove_file(file_path)
    return result
