from typing import Any


def read_last_lines(binary_file: Any, line_count: int, block_size: int = 8192) -> list[str]:
    r"""Return the last lines of a log file in UTF-8, without their line ends, in order.

    The file may have many gigabytes, so it is read from the end, in blocks of `block_size` bytes, and no further than
    needed. `binary_file` is open for reading; it has `seek(offset, whence)`, `tell()` and `read(size)` as files in
    binary mode have.

    >>> import io
    >>> read_last_lines(io.BytesIO(b"one\ntwo\nthree"), line_count=2)
    ['two', 'three']
    """
