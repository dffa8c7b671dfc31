"""A solution that is a whole program: run with a text on its standard input, for what it prints. In the candidate.

It runs as `__main__`, with real descriptors, so that `open(0)`, `sys.stdin.buffer` and `os.write(1, ...)` work. Leaving
early is how many programs end, whatever the exit code; what they raise is raised here.
"""

import atexit
import builtins
import os
import resource
import sys
import types
from typing import NoReturn

SOLUTION_FILE = "solution.py"


def run(source: str, text: str, most: int) -> tuple[str, bool]:
    """What the program prints, up to `most` bytes, and whether that is all of it. Raises what it raises."""
    printed = _redirect(text.encode("utf-8", "surrogatepass"))
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most + 1 if hard < 0 else min(most + 1, hard), hard))
    try:
        _execute(source)
    except BaseException:  # of a program that printed too much, that is what counts
        if os.fstat(printed).st_size <= most:
            raise
    data = os.pread(printed, most, 0)
    return data.decode("utf-8", "replace"), os.fstat(printed).st_size <= most


def _execute(source: str) -> None:
    code = compile(source.removeprefix("\ufeff"), SOLUTION_FILE, "exec")
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    main.__dict__["__builtins__"] = builtins
    os._exit = _leave
    try:
        exec(code, main.__dict__)
    except SystemExit:
        pass
    finally:
        _finish()


def _finish() -> None:
    """What the interpreter does at its end: other threads, then what was registered, then what is still buffered."""
    threads = sys.modules.get("threading")
    if threads is not None:
        threads._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.__stdout__):
        if stream is not None and not stream.closed:
            stream.flush()


def _leave(status: int) -> NoReturn:
    raise SystemExit(status)


def _redirect(text: bytes) -> int:
    """Put `text` on descriptor 0 and a file on 1; a descriptor of that file."""
    given, printed = _scratch("stdin"), _scratch("stdout")
    os.pwrite(given, text, 0)
    os.dup2(given, 0)
    os.dup2(printed, 1)
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # type: ignore[misc]  # noqa: SIM115  # lives on
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", closefd=False)  # type: ignore[misc]  # noqa: SIM115  # likewise
    return printed


def _scratch(name: str) -> int:
    """A file in the scratch place that nobody else finds."""
    fd = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.unlink(name)
    return fd
