"""The candidate process: holds the solution and serves the judge's calls. Nothing in here is trusted.

It is forked by the keeper before the solution is known, so that its memory holds no trace of the tests, of the
expected values or of any other solution.
"""

import sys
import types
from collections.abc import Callable
from typing import Any

from batch import Batch
from operations import OPERATIONS
from peer import Peer


def main(fd: int) -> None:
    """Serve the judge over the socket `fd` until it closes the connection."""
    batch = Batch()
    Peer(fd, OPERATIONS | _OWN | {"batch": batch.run, "batch_fetch": batch.fetch}).serve()


def _load(source: str) -> object:
    """Execute the solution as the module `solution`. A byte order mark is skipped, as it is in a file."""
    module = types.ModuleType("solution")
    sys.modules["solution"] = module
    exec(compile(source.removeprefix("\ufeff"), "solution.py", "exec"), module.__dict__)
    return module


def _get(target: object, name: str) -> object:
    return getattr(target, name)


def _set(target: object, name: str, value: object) -> None:
    setattr(target, name, value)


def _invoke(target: Any, arguments: Any, named: Any) -> object:
    return target(*arguments, **named)


# The judge may look at everything here.
_OWN: dict[str, Callable[..., object]] = {"load": _load, "get": _get, "set": _set, "invoke": _invoke, "delete": delattr}
