"""Real text to fill a context with: the sources of Python's own standard library, the same for a task every time.

The modules are those of the Python that runs evalkit; a run's manifest has its version, and a hash of every prompt.
"""

import ast
import sysconfig
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from hashlib import sha256
from itertools import takewhile
from pathlib import Path

from evalkit.errors import ConfigError
from evalkit.types import Document, Mode

Count = Callable[[str], int]

# Single files that every supported version has, with much prose in them.
MODULES = (
    "textwrap heapq shlex csv configparser statistics fractions calendar queue sched contextlib tempfile shutil "
    "argparse gettext optparse getopt cmd pprint reprlib filecmp glob linecache plistlib netrc mimetypes colorsys "
    "difflib tarfile ipaddress mailbox smtplib ftplib imaplib poplib socketserver threading subprocess locale doctest "
    "pdb trace timeit random selectors stat secrets hmac uuid"
).split()


def heading(mode: Mode, name: str) -> str:
    """The line above a file, as code has it in base mode and as a user writes it in chat mode."""
    return f"# {name}\n" if mode == "base" else f"=== {name} ===\n"


def file_lines(mode: Mode, files: Iterable[Document]) -> Iterator[str]:
    """The lines of files, each under its heading and with a blank line after it."""
    for file in files:
        yield heading(mode, file.name)
        yield from file.text.splitlines(keepends=True)
        yield "\n"


def gaps(mode: Mode, files: Iterable[Document]) -> Iterator[int]:
    """Where something may stand between the lines that `file_lines` gives: not inside a statement of Python source.

    In chat mode the files are text that is quoted, and any blank line will do.
    """
    start = 0
    for file in files:
        lines = file.text.splitlines()
        inside = _ends(file.text) if mode == "base" else (at for at, line in enumerate(lines, 1) if not line.strip())
        yield from (start + 1 + at for at in inside)
        start += len(lines) + 2
        yield start


def filler_files(task_id: str, mode: Mode, tokens: int, count: Count) -> tuple[Document, ...]:
    """Module sources of at most `tokens` by the model's own `count`, headings included; the last one ends early.

    It ends after a line in chat mode (less than a line's tokens are missing) and after a statement in base mode. What
    a smaller number gives begins what a larger one gives. Each task begins with another module, so that no module's
    text is in every prompt. Raises ConfigError when the library has fewer tokens.
    """
    if not tokens:
        return ()
    files = _modules(task_id)
    lines = tuple(file_lines(mode, files))
    enough = _enough(lines, tokens, count)
    if enough is None:
        whole = count("".join(lines))
        raise ConfigError(f"filler_tokens is {tokens}, but the sources that serve as filler have {whole} tokens.")
    fitting = bisect_right(range(1, enough + 1), tokens, key=lambda number: count("".join(lines[:number])))
    if mode == "base":
        fitting = max(takewhile(lambda gap: gap <= fitting, gaps(mode, files)), default=0)
    return tuple(_first_lines(files, fitting))


def _enough(lines: tuple[str, ...], tokens: int, count: Count) -> int | None:
    """A number of lines with more than so many tokens, not much larger than it must be; None when all have fewer."""
    number = max(8, tokens // 8)
    while count("".join(lines[:number])) <= tokens:
        if number >= len(lines):
            return None
        number *= 2
    return min(number, len(lines))


def _first_lines(files: Iterable[Document], number: int) -> Iterator[Document]:
    """The files that `file_lines` writes in so many lines."""
    for file in files:
        lines = file.text.splitlines(keepends=True)
        if number > 1:  # a heading alone says nothing
            yield Document(file.name, "".join(lines[: number - 1]))
        number -= len(lines) + 2


@cache
def _ends(source: str) -> tuple[int, ...]:
    """The lines with which a statement of the module, or of a class in it, ends."""
    bodies = [ast.parse(source).body]
    ends: list[int] = []
    for body in bodies:
        ends += [statement.end_lineno or 0 for statement in body]
        bodies += [statement.body for statement in body if isinstance(statement, ast.ClassDef)]
    return tuple(sorted(set(ends)))


def _modules(task_id: str) -> tuple[Document, ...]:
    first = int(sha256(task_id.encode()).hexdigest(), 16) % len(MODULES)
    return tuple(Document(f"{name}.py", _source(name)) for name in (*MODULES[first:], *MODULES[:first]))


@cache
def _source(module: str) -> str:
    path = Path(sysconfig.get_path("stdlib")) / f"{module}.py"
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path} serves as filler and cannot be read: {error.strerror}.") from error
