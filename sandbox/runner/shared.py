"""Tests that run inside the solution's own process (`judging: shared`). Their verdicts can be forged.

A test that patches the solution's module, its clock or its sleep, cannot do so from another process. So it is sent to
the candidate as code and called there, and the candidate says what came of it: a solution that wants to can read the
test and answer for it. All else is as for any candidate: a fresh process for each test, its limits, and the kernel's
word for how it ended.
"""

import marshal
import sys
import types
from collections.abc import Sequence

TESTS_FILE, SOLUTION_FILE = "tests.py", "solution.py"
_NOT_RUN = (types.CoroutineType, types.GeneratorType, types.AsyncGeneratorType)
_SAID = ("passed", "failed", "error", "out_of_memory")
_MAX_TEXT = 2000


class Told(Exception):
    """What a candidate says of a test that did not pass."""

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def call_test(namespace: dict[str, object], name: str, entry_point: str) -> None:
    """Call a test function of executed tests. Raises TypeError when that would run nothing."""
    test = namespace[name]
    if not isinstance(test, types.FunctionType):
        raise TypeError(f"{name} is not a function")
    takes_it = test.__code__.co_argcount == 1  # the form of HumanEval: def check(candidate)
    result = test(getattr(sys.modules["solution"], entry_point)) if takes_it else test()
    if isinstance(result, _NOT_RUN):  # calling it has only made it: nothing of it was executed
        raise TypeError(f"{name} is asynchronous or a generator, so it cannot be run as a test")


def run(tests: bytes, name: str, entry_point: str, path: Sequence[str]) -> tuple[str, str]:
    """In the candidate: status and message of one test. `path`: where the judge finds pytest."""
    sys.path.extend(folder for folder in path if folder not in sys.path)
    namespace: dict[str, object] = {"__name__": "tests", "__file__": TESTS_FILE}
    try:
        exec(marshal.loads(tests), namespace)
        call_test(namespace, name, entry_point)
    except BaseException as error:  # a test or a solution may raise anything
        return _told(error)
    return "passed", ""


def check(answer: object) -> None:
    """In the judge: raises Told unless the candidate says that the test passed."""
    match answer:
        case ("passed", str()):
            return
        case (str(status), str(message)) if status in _SAID:
            raise Told(status, message)
    raise Told("error", "gave no verdict of a test in its own process")


def _told(error: BaseException) -> tuple[str, str]:
    text = _text_of(error)
    if isinstance(error, MemoryError):
        return "out_of_memory", f"raised {type(error).__name__}: {text}"
    if _is_expectation(error):
        return "failed", text or "an assertion of the tests failed"
    return "error", f"raised {type(error).__name__}: {text}"


def _text_of(error: BaseException) -> str:
    try:
        return str(error)[:_MAX_TEXT]
    except BaseException:  # its class belongs to the solution
        return "(its text could not be read)"


def _innermost(error: BaseException) -> types.CodeType:
    trace = error.__traceback__
    assert trace is not None  # it was raised
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code


def _is_expectation(error: BaseException) -> bool:
    """An assertion, unless it is the solution's own; or what pytest raises for an exception that did not come."""
    if isinstance(error, AssertionError):
        return _innermost(error).co_filename != SOLUTION_FILE
    outcomes = sys.modules.get("_pytest.outcomes")
    return outcomes is not None and isinstance(error, outcomes.Failed)
