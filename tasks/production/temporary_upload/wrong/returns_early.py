from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any


def convert_upload(
    file_store: Any,
    upload_chunks: Iterable[bytes],
    convert_file: Callable[[str], Any],
) -> Any:
    path = file_store.create_file()
    try:
        file_store.append_bytes(path, b"".join(upload_chunks))
        result = convert_file(path)
    except BaseException:
        with suppress(Exception):
            file_store.remove_file(path)
        raise
    if not result:
        return result
    file_store.remove_file(path)
    return result
