"""The judge: runs the tests of one job, each against a fresh candidate, and says what came of it.

It is forked by the supervisor for each job. The tests run here, the solution runs in the candidate; only values
and handles cross. What ended a candidate is learned from the keeper, that is from the kernel.
"""

import marshal
import os
import re
import select
import socket
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass

import differential
import shared
from asking import TESTS_FILE, JudgePeer
from crossing import crossed
from keeper import receive
from limits import signal_name
from peer import PeerGone
from wire import WireError

MAX_MESSAGE = 600
_DYING_SECONDS = 1.0  # between the end of a connection and the end of its process
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
_MISSING = re.compile(r"ImportError: cannot import name '(\w+)' from '<unknown module name>'")
_OVERSTEPS = {
    # One text for both, since which of them ends a slow program depends on what else the machine does.
    "cpu": ("timeout", "not over after {cpu_seconds:g} s of processor time or {wall_seconds:g} s"),
    "wall": ("timeout", "not over after {cpu_seconds:g} s of processor time or {wall_seconds:g} s"),
    "memory": ("out_of_memory", "used more than {memory_bytes} bytes of memory"),
    "output": ("output_limit", "printed more than {output_bytes} bytes"),
    "processes": ("error", "started more than {processes} processes"),
}


@dataclass(frozen=True)
class Job:
    """One solution, the compiled tests, and which test functions to run."""

    solution: str
    entry_point: str
    tests: types.CodeType
    plan: tuple[str, ...]
    budget: dict[str, float]
    learned: dict[str, str]  # see differential.learned
    ahead: dict[str, tuple[tuple[object, ...], ...]]  # see ahead.calls_ahead
    shared: bool = False  # the tests run in the candidate: see shared


def judge(job: Job, control: socket.socket) -> Iterator[tuple[str, str, str, float, bool]]:
    """For each planned test, in order: test, status, message, processor seconds of the candidate, and one thing more.

    That is whether nothing went wrong between the two processes, so that this one may go on to other jobs.
    """
    differential.learned.clear()
    differential.learned.update(job.learned)
    for number, name in enumerate(job.plan):
        trial = _Trial(job, control, number, () if job.shared else job.ahead.get(name, ()))
        outcome = trial.run(name)
        if outcome is None:
            trial = _Trial(job, control, number, ())
            outcome = trial.run(name)
            assert outcome is not None  # nothing can be out of order any more
        status, message, seconds = outcome
        yield name, status, _ADDRESS.sub("0x…", message)[:MAX_MESSAGE], seconds, trial.ended_well


class NotClean(Exception):
    """A candidate left something that cannot be removed: this sandbox must not be used again."""


class _Trial:
    """One test against one fresh candidate."""

    def __init__(self, job: Job, control: socket.socket, number: int, ahead: tuple[tuple[object, ...], ...]) -> None:
        self._job = job
        self._ahead = ahead
        self._control = control
        self._number = number
        self._ours, theirs = socket.socketpair()
        request = {"spawn": number, "budget": job.budget}
        socket.send_fds(control, [marshal.dumps(request)], [theirs.fileno()])
        theirs.close()
        self._peer = JudgePeer(self._ours.fileno())

    def run(self, name: str) -> tuple[str, str, float] | None:
        """Status, message and processor seconds; None when it must be run again with no call made ahead."""
        error = self._attempt(name)
        peer = self._peer
        report = self._report(wait_first=peer.gone)
        self.ended_well = report["reason"] == "ended" and not (peer.gone or peer.broken) and _alone()
        self._ours.close()
        if not report["clean"]:
            raise NotClean
        # What happens to a candidate in a call that the test had not come to yet does not count.
        reason = "ended" if peer.ahead and not peer.gone else str(report["reason"])
        decided = self._decide(error, reason, int(str(report["status"])))
        peer.close()
        return None if peer.out_of_order else (*decided, float(str(report["cpu_seconds"])))

    def _attempt(self, name: str) -> BaseException | None:
        try:
            solution = self._peer.load(self._job.solution, self._job.entry_point, self._ahead)
            if self._job.shared:
                self._call_shared(name)
                return None
            sys.modules["solution"] = solution  # type: ignore[assignment]  # stands in for the module
            namespace: dict[str, object] = {"__name__": "tests", "__file__": TESTS_FILE}
            exec(self._job.tests, namespace)
            shared.call_test(namespace, name, self._job.entry_point)
        except BaseException as error:  # a test may raise anything; what it means is decided below
            return error
        return None

    def _call_shared(self, name: str) -> None:
        """Have the test run in the candidate. Raises Told unless it says that the test passed."""
        tests = marshal.dumps(self._job.tests)
        shared.check(self._peer.call("shared", tests, name, self._job.entry_point, list(sys.path)))

    def _report(self, wait_first: bool) -> dict[str, object]:
        """End the candidate and hear from the keeper how it ended. One that is about to be dead may die first."""
        if not (wait_first and select.select([self._control], [], [], _DYING_SECONDS)[0]):
            self._control.send(marshal.dumps({"end": self._number}))
        while True:
            report = receive(self._control)
            if report is None:
                raise NotClean
            if report.get("spawn") == self._number:
                return report

    def _decide(self, error: BaseException | None, reason: str, status: int) -> tuple[str, str]:
        if reason in _OVERSTEPS:
            outcome, text = _OVERSTEPS[reason]
            return outcome, text.format(**self._job.budget)
        if self._peer.broken:
            return "error", f"gave a value that cannot be judged: {self._peer.broken}"
        if reason == "exited":
            return _death(status)
        if self._peer.gone or isinstance(error, PeerGone):
            return "error", "closed its connection before answering"
        return ("passed", "") if error is None else _failure(error)


def _death(status: int) -> tuple[str, str]:
    if os.WIFSIGNALED(status):
        return "crashed", f"killed by {signal_name(os.WTERMSIG(status))}"
    return "error", f"ended its process with exit code {os.WEXITSTATUS(status)} before the test was over"


def _failure(error: BaseException) -> tuple[str, str]:
    """Status and message of a test that raised: an assertion of the test itself means failed, all else error."""
    said = _text_of(error)
    text = f"{type(error).__name__}: {said}"
    if isinstance(error, shared.Told):
        return error.status, error.message
    if crossed(error):
        return ("out_of_memory" if isinstance(error, MemoryError) else "error"), f"{_place_of(error)}raised {text}"
    if isinstance(error, AssertionError):
        return "failed", said or f"assertion failed in line {_line_of(error)} of the tests"
    if isinstance(error, _failures()):
        return "failed", said
    if missing := _MISSING.match(text):
        return "error", f"the solution does not define {missing[1]}"
    if isinstance(error, WireError):
        return "error", f"gave a value that cannot be judged: {said}"
    return "error", text


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException:  # an object of the solution is part of the text, and cannot be asked any more
        return "(its text could not be read)"


def _place_of(error: BaseException) -> str:
    """Which call raised, where a differential test says so."""
    return "".join(f"{note} " for note in getattr(error, "__notes__", ()))


def _line_of(error: BaseException) -> int:
    """The last line of the tests on the way to the error."""
    line, frame = 0, error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == TESTS_FILE:
            line = frame.tb_lineno
        frame = frame.tb_next
    return line


def _failures() -> tuple[type[BaseException], ...]:
    """What pytest raises for a failed expectation, such as an exception that did not come; () where it is not used."""
    outcomes = sys.modules.get("_pytest.outcomes")
    return (outcomes.Failed,) if outcomes else ()


def _alone() -> bool:
    """Whether no thread is left that could act in another trial."""
    threads = sys.modules.get("threading")
    return threads is None or threads.active_count() == 1
