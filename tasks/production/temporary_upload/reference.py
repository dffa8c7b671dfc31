import contextlib
from collections.abc import Callable, Iterable
from typing import Any


def convert_upload(
    file_store: Any,
    upload_chunks: Iterable[bytes],
    convert_file: Callable[[str], Any],
) -> Any:
    """From its creation on the file is removed whatever happens; an error on the way out does not hide the first."""
    path = file_store.create_file()
    try:
        for chunk in upload_chunks:
            file_store.append_bytes(path, chunk)
        result = convert_file(path)
    except BaseException:  # an interrupt leaves no file behind either
        with contextlib.suppress(Exception):
            file_store.remove_file(path)
        raise
    file_store.remove_file(path)
    return result
