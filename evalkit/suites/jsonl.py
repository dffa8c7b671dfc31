"""Lines of .jsonl and .jsonl.gz files, one in memory at a time."""

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import closing
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, cast

from evalkit.errors import TaskError

SUFFIXES = (".jsonl", ".jsonl.gz")
MAX_LINE = 64 * 2**20  # bytes; the longest line of HumanEval+ has 200 thousand


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """(line number from 1, bytes) of every line that is not blank.

    A line over MAX_LINE comes as its first MAX_LINE bytes. Raises TaskError when the file cannot be read or
    its compression is damaged.
    """
    number = 0
    try:
        with closing(_opened(path)) as file:
            while line := file.readline(MAX_LINE):
                number += 1
                if len(line) == MAX_LINE:
                    _skip_rest(file, line)
                if not line.isspace():
                    yield number, line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise TaskError(path, f"the compressed file is damaged: {error}", number + 1) from error
    except OSError as error:
        raise TaskError(path, f"cannot be read: {error.strerror or error}") from error


def parse_object(line: bytes) -> dict[str, Any]:
    """The JSON object in a line. Raises ValueError that says what else it is."""
    try:
        value = json.loads(line)
    except UnicodeDecodeError as error:
        raise ValueError("is not UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} at character {error.pos + 1}") from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError(f"holds {type(value).__name__}, not an object")  # noqa: TRY004  # the data is wrong, no call is
    return value


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        compressed = file.read(2) == b"\x1f\x8b"
    return cast("IO[bytes]", gzip.open(path)) if compressed else path.open("rb")


def _skip_rest(file: IO[bytes] | BufferedReader, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(MAX_LINE)
