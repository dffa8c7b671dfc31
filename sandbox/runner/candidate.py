"""The candidate process: holds the solution and serves the judge's calls. Nothing in here is trusted.

It is forked by the keeper before the solution is known, so that its memory holds no trace of the tests, of the
expected values or of any other solution.
"""

import marshal
import socket
import sys
import types
from collections.abc import Callable
from typing import Any

import program  # noqa: F401  # for solutions that are programs, which import it: see evalkit.sandboxes.worker
import shared
from batch import Batch
from frames import ConnectionClosed, read_frame, write_frame
from operations import OPERATIONS
from peer import Peer
from wire import Encoder


class Candidate(Peer):
    """Serves the judge."""

    def serve(self) -> None:
        """One frame has the solution and the calls that the test will make first; then whatever the judge asks for.

        That frame is marshal's bytes, which only a trusted sender may send: the judge is one.
        """
        try:
            source, entry_point, calls = marshal.loads(read_frame(self._fd))
        except ConnectionClosed:
            return
        self._answer(("call", 1, None, "load", source))
        if calls:
            self._answer(("call", 2, None, "entry", entry_point))
        for number, arguments in enumerate(calls, start=3):
            self._answer(("call", number, None, "call_entry", arguments))
        super().serve()


def prepared(fd: int) -> Candidate:
    """What will serve the judge over the socket `fd`, in the fork."""
    batch, entry = Batch(), _Entry()
    many: dict[str, Callable[..., object]] = {
        "batch": batch.run,
        "batch_fetch": batch.fetch,
        "entry": entry.find,
        "call_entry": entry.call,
    }
    return Candidate(fd, OPERATIONS | _OWN | many)


def rehearse() -> None:
    """Go through the life of a candidate in the process that forks them.

    The interpreter adapts code to what it runs and fills its caches: done here, once, the forks find it done and
    share the memory.
    """
    for _ in range(_REHEARSALS):
        judge, ours = socket.socketpair()
        with judge, ours:
            write_frame(judge.fileno(), marshal.dumps((_SOLUTION, "f", _CALLS)))
            for number, message in enumerate(_LINES, start=3 + len(_CALLS)):
                write_frame(judge.fileno(), Encoder(_no_handles).encode(("call", number, None, *message)))
            judge.shutdown(socket.SHUT_WR)
            prepared(ours.fileno()).serve()
    del sys.modules["solution"]


def _no_handles(value: object) -> object:
    raise TypeError(f"{value!r} is not plain data")


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


class _Entry:
    """The entry point, looked up once, as a test does that calls it many times."""

    def __init__(self) -> None:
        self._found: object = None

    def find(self, name: str) -> object:
        self._found = getattr(sys.modules["solution"], name)
        return self._found

    def call(self, arguments: Any) -> object:
        return _invoke(self._found, arguments, {})


# The judge may look at everything here.
_OWN: dict[str, Callable[..., object]] = {
    "load": _load, "get": _get, "set": _set, "invoke": _invoke, "delete": delattr, "shared": shared.run,
}  # fmt: skip
_REHEARSALS = 12  # more than the interpreter takes to adapt
_SOLUTION = "from typing import List\n\n\ndef f(a: List[int], b=0):\n    return [x + b for x in a]\n"
_CALLS = ([1, 2], 3), ([1.5, 2.5, 3.5, 4.5], 3)
_LINES: tuple[tuple[object, ...], ...] = (
    ("entry", "f"),
    ("call_entry", ([1, 2], 3)),
    ("call_entry", ([1.5, 2.5, 3.5, 4.5], 3)),
    ("call_entry", ({"a": "b"}, "c")),
    ("call_entry", (None,)),
)
