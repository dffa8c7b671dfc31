"""The candidate process: holds the solution and serves the judge's calls. Nothing in here is trusted.

It is forked by the keeper before the solution is known, so that its memory holds no trace of the tests, of the
expected values or of any other solution.
"""

import marshal
import socket
import sys
import types
from collections.abc import Callable, Mapping
from typing import Any

import program  # noqa: F401  # for solutions that are programs, which import it: see evalkit.sandboxes.worker
import shared
from batch import Batch, text_of
from crossing import Table
from frames import ConnectionClosed, frame, write_frame
from operations import OPERATIONS
from peer import Peer
from wire import Encoder


class Candidate(Peer):
    """Serves the judge."""

    def __init__(self, fd: int, operations: Mapping[str, Callable[..., object]]) -> None:
        super().__init__(fd, operations)
        self._ready_made = _handing_out(types.ModuleType("solution"), _load)

    def serve(self) -> None:
        """One frame has the solution and the calls that the test will make first; then whatever the judge asks for.

        That frame is marshal's bytes, which only a trusted sender may send: the judge is one.
        """
        try:
            source, entry_point, calls = marshal.loads(self._frames.next())
        except ConnectionClosed:
            return
        self._begin(source, entry_point, calls)
        super().serve()

    def _begin(self, source: str, entry_point: str, calls: tuple[Any, ...]) -> None:
        loaded = self._outcome(("call", 1, None, "load", source))
        if loaded[0] != "done" or not calls:
            self._reply(loaded)
            return
        found = self._outcome(("call", 2, None, "get", loaded[2], entry_point))
        if type(found[2]) is types.FunctionType:
            self.table.hand_out(loaded[2])
            self.table.hand_out(found[2])
            self._transmit(self._ready_made)
        else:
            self._reply(loaded, found)
        if found[0] == "done":
            for number, arguments in enumerate(calls, start=3):
                self._reply(_called(number, found[2], arguments))


def _handing_out(module: object, function: object) -> bytes:
    """The answers to calls 1 and 2 that hand out, as the first two objects, a module and a function: the usual ones."""
    objects = Table(lambda *_: None)
    replies = ("done", 1, module, None), ("done", 2, function, None)
    return b"".join(frame(Encoder(objects.export).encode(reply)) for reply in replies)


def prepared(fd: int) -> Candidate:
    """What will serve the judge over the socket `fd`, in the fork."""
    batch = Batch()
    return Candidate(fd, OPERATIONS | _OWN | {"batch": batch.run, "batch_fetch": batch.fetch})


def rehearse() -> None:
    """Go through the life of a candidate in the process that forks them.

    The interpreter adapts code to what it runs and fills its caches: done here, once, the forks find it done and
    share the memory.
    """
    for _ in range(_REHEARSALS):
        judge, ours = socket.socketpair()
        with judge, ours:
            write_frame(judge.fileno(), marshal.dumps((_SOLUTION, "f", _CALLS)))
            for number, arguments in enumerate(_CALLS, start=3 + len(_CALLS)):
                message: tuple[object, ...] = "call", number, None, "invoke", _SOLUTION_S_F, arguments, {}
                write_frame(judge.fileno(), Encoder(lambda function: ("home", 1)).encode(message))
            judge.shutdown(socket.SHUT_WR)
            prepared(ours.fileno()).serve()
    del sys.modules["solution"]


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


def _called(number: int, function: Any, arguments: Any) -> tuple[object, ...]:
    """The answer to a call whose arguments are literals: their bytes tell whether it changed them in place."""
    before = text_of(arguments)
    try:
        value = function(*arguments)
    except BaseException as error:  # see Peer: it belongs to the caller
        return ("raised", number, error)
    return ("done", number, value, None if text_of(arguments) == before else (arguments,))


# The judge may look at everything here.
_OWN: dict[str, Callable[..., object]] = {
    "load": _load, "get": _get, "set": _set, "invoke": _invoke, "delete": delattr, "shared": shared.run,
}  # fmt: skip
_REHEARSALS = 12  # more than the interpreter takes to adapt
_SOLUTION = """from typing import Any, Dict, List, Optional, Set, Tuple, Union

# The module keeps what annotations were made, and making one touches much memory.
_COMMON = [
    kind[each]
    for each in (int, float, str, bool, Any, List[int], List[str], Tuple[int, int], Dict[str, int])
    for kind in (List, Optional, Set)
] + [Dict[str, int], Dict[str, str], Dict[str, Any], Dict[int, int], Tuple[int, int], Tuple[str, str], Union[int, str]]


def f(a: List[int], b=0):
    return [x + b for x in a]
"""
_SOLUTION_S_F = object()  # stands for the object that the candidate has handed out second, after the module
_CALLS = ([1, 2], 3), ([1.5, 2.5, 3.5, 4.5], 3), ({"a": "b"}, "c"), (None,)
