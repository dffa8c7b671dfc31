"""The judge's end of the connection: which answers of the solution's objects it does not take.

Objects that are no plain data answer for themselves. Three kinds of answer would let them decide about the test:

- `result < 3`, `abs(result - 3) < 1e-6`: an object that claims to be near to everything. Its operators are asked
  about other objects of the solution, but not how it stands to plain data of the test.
- `with lease() as item: assert item == 3`: an `__exit__` that swallows the failed assertion. Only an exception that
  the test raised by a `raise` statement may be swallowed.
- `all(map(f, cases))`: a function that raises StopIteration ends the loop before the first case was looked at.
"""

import dis
import marshal
import types
from collections import deque
from typing import Any

from frames import frame
from peer import Peer
from plain import WireError, is_plain

TESTS_FILE = "tests.py"
_FORMAT = 2  # of marshal: no references, so that the same values have the same bytes
_RAISE = dis.opmap["RAISE_VARARGS"]
_STANDING = frozenset(f"__{name}__" for name in "lt le gt ge sub rsub xor rxor".split())


class OutOfOrder(BaseException):
    """The test did not make the calls that were sent ahead. Not an Exception, so that no test can take it for one."""


class JudgePeer(Peer):
    """Calls objects of the solution for the tests."""

    def __init__(self, fd: int) -> None:
        super().__init__(fd)
        self.ahead: deque[tuple[object, int]] = deque()  # calls sent before the test made them, and their numbers
        self.out_of_order = False
        self._target: object = None  # of the next call that was sent ahead: the module, then its entry point

    def load(self, source: str, entry_point: str, calls: tuple[Any, ...]) -> object:
        """The solution's module. `calls`: arguments of the calls of its entry point that the test will make first."""
        expected = [("get", entry_point), *map(_as_bytes, calls)] if calls else []
        first, *others = [self._open() for _ in range(1 + len(expected))]
        self._transmit(frame(marshal.dumps((source, entry_point, calls), _FORMAT)))
        try:
            self._target = self._finish(first, ())
        finally:
            self._forget(first)
        self.ahead.extend(zip(expected, others, strict=True))
        return self._target

    def call(self, operation: str, *operands: object) -> object:
        """See Peer. Raises WireError for a question that the solution must not answer."""
        name, arguments = _special(operation, operands)
        if name in _STANDING and is_plain(arguments[0]):
            raise WireError("an object of the solution was to say itself how it stands to plain data")
        try:
            answer: Any = self._take_ahead(operation, operands) if self.ahead else super().call(operation, *operands)
        except StopIteration as error:
            if name == "__next__":
                raise
            raise RuntimeError("raised StopIteration outside of an iterator") from error
        if name == "__exit__":
            return bool(answer) and _on_purpose(arguments[1])
        return _exit_later(answer, arguments[1]) if name == "__aexit__" else answer

    def _take_ahead(self, operation: str, operands: tuple[Any, ...]) -> object:
        """The answer to a call that was sent ahead."""
        if operation == "get":
            asked: object = (operation, operands[1])
        else:
            asked = _as_bytes(operands[1]) if operation == "invoke" and not operands[2] else None
        expected, number = self.ahead[0]
        if asked != expected or operands[0] is not self._target:
            self.out_of_order = True
            raise OutOfOrder
        self.ahead.popleft()
        answer = self._finish(number, (operands[1],))
        if operation == "get":
            self._target = answer
        return answer


def _as_bytes(arguments: Any) -> bytes | None:
    """Equal bytes: equal values of equal types. None for what no literal can be."""
    try:
        return marshal.dumps(arguments, _FORMAT)
    except ValueError:
        return None


def _special(operation: str, operands: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    return (operands[1], operands[2]) if operation == "special" else ("", ())


async def _exit_later(answer: Any, error: BaseException | None) -> bool:
    return bool(await answer) and _on_purpose(error)


def _on_purpose(error: BaseException | None) -> bool:
    """Whether a `raise` statement of the tests raised it, and not a check or a value that is not what it should be."""
    if error is None or isinstance(error, AssertionError):
        return False
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and _is_raise_statement(trace)


def _is_raise_statement(trace: types.TracebackType) -> bool:
    code = trace.tb_frame.f_code
    return code.co_filename == TESTS_FILE and code.co_code[trace.tb_lasti] == _RAISE
