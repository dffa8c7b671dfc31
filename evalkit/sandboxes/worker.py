"""One running sandbox as the host sees it: a channel to its supervisor, one job at a time."""

import json
import os
import select
import struct
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from evalkit.errors import SandboxFailed
from evalkit.sandboxes.tests_sources import TestsSources
from evalkit.types import Job, Outcome, Status

_HEADER = struct.Struct("<I")
_MAX_SOLUTION = 4_000_000  # characters; a message holds 64 MiB, and a character takes up to twelve bytes in it
_SENT_AHEAD = 16_000  # bytes of jobs with the sandbox, where several are: what fits into a pipe blocks nobody
_START_SECONDS = 60.0
_PATIENCE = 5  # on a busy machine a test may take this many times its wall limit; see sandbox/runner/limits.py
_GRACE_SECONDS = 30.0  # the supervisor ends what runs too long; only a supervisor that hangs meets this


class Channel(Protocol):
    """Bytes to and from a supervisor."""

    def send(self, data: bytes) -> None:
        """Send all of `data`. Raises OSError when the other side is gone."""

    def receive(self, count: int, deadline: float) -> bytes:
        """Exactly `count` bytes. Raises EOFError at the end, TimeoutError after `deadline` (monotonic seconds)."""

    def close(self) -> str:
        """End the sandbox and everything in it; what it wrote to its error stream, for messages."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """A job with its number and the bytes that say it; number 0 and none for one that is not sent."""

    job: Job
    number: int
    data: bytes


class Worker:
    """Judges jobs in one sandbox. Not usable any more after SandboxFailed."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._jobs = 0
        try:
            self._send({"hello": True})
        except OSError as error:
            raise SandboxFailed(f"The sandbox did not start: {channel.close().strip() or error}.") from error
        ready = self._receive(time.monotonic() + _START_SECONDS)
        self._tests = TestsSources(str(ready.get("runtime")))

    def preload(self, packages: Sequence[str]) -> None:
        """Have candidates forked from a process that has imported `packages`.

        Raises SandboxFailed where one of them cannot be imported: that is no solution's fault.
        """
        self._send({"preload": list(packages)})
        answer = self._receive(time.monotonic() + _START_SECONDS)
        if reason := answer.get("missing", "it answered out of turn"):
            self._channel.close()
            raise SandboxFailed(f"The sandbox cannot load {', '.join(packages)}, which the tests need: {reason}.")

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        """One outcome per planned test. Raises SandboxFailed when the sandbox broke."""
        (outcomes,) = self.judge_all([job])
        return outcomes

    def judge_all(self, jobs: Sequence[Job]) -> Iterator[tuple[Outcome, ...]]:
        """Judge jobs one after another; they are sent ahead, so that the sandbox need not wait for the next.

        Raises SandboxFailed when the sandbox broke: the outcomes of earlier jobs stand.
        """
        coming = map(self._packed, jobs)
        following = next(coming, None)
        sent: deque[_Sent] = deque()
        while following or sent:
            ahead = b""
            while following and (not sent or sum(len(each.data) for each in (*sent, following)) <= _SENT_AHEAD):
                ahead += following.data
                sent.append(following)
                following = next(coming, None)
            if ahead:
                self._send_jobs(ahead)
            # An answer may be held back until that of a later job goes with it.
            deadline = time.monotonic() + sum(_seconds(each.job) for each in sent)
            yield self._outcomes(sent.popleft(), deadline)

    def _packed(self, job: Job) -> "_Sent":
        if len(job.solution) > _MAX_SOLUTION:
            return _Sent(job, 0, b"")
        self._jobs += 1
        tests = {"tests": self._tests.message(job.tests_source)}
        return _Sent(job, self._jobs, _frame(_wire_job(self._jobs, job) | tests))

    def _send_jobs(self, data: bytes) -> None:
        try:
            self._channel.send(data)
        except OSError as error:
            raise SandboxFailed(f"The sandbox does not take jobs any more: {error}.") from error

    def _outcomes(self, sent: "_Sent", deadline: float) -> tuple[Outcome, ...]:
        job = sent.job
        if not sent.number:
            said = f"the solution is longer than {_MAX_SOLUTION} characters"
            return tuple(Outcome(test, Status.ERROR, said) for test in job.plan)
        answer = self._receive(deadline)
        if answer.get("id") != sent.number or "outcomes" not in answer:
            raise SandboxFailed(f"The sandbox broke: {answer.get('broken', 'it answered out of turn')}.")
        self._tests.keep(job.tests_source, answer.get("learned"))
        return _outcomes(job, answer["outcomes"])

    def close(self) -> None:
        """End the sandbox."""
        self._channel.close()

    def _send(self, message: dict[str, object]) -> None:
        self._channel.send(_frame(message))

    def _receive(self, deadline: float) -> dict[str, object]:
        try:
            (length,) = _HEADER.unpack(self._channel.receive(_HEADER.size, deadline))
            answer = json.loads(self._channel.receive(length, deadline))
        except (EOFError, OSError, ValueError) as error:  # too late is an OSError
            said = self._channel.close().strip().splitlines()
            reason = said[-1] if said else str(error) or "it ended without a word"
            raise SandboxFailed(f"The sandbox does not answer: {reason}.") from error
        if not isinstance(answer, dict):
            raise SandboxFailed("The sandbox answered with something that is no message.")
        return answer


# A program as a module that tests can import; sandbox/runner/program.py is there in every candidate.
_AS_MODULE = "import program\n\n\ndef run(text, most):\n    return program.run({!r}, text, most)\n"


def _wire_job(number: int, job: Job) -> dict[str, object]:
    limits = job.limits
    return {
        "id": number,
        "solution": _AS_MODULE.format(job.solution) if job.judging == "program" else job.solution,
        "entry_point": job.entry_point,
        "plan": list(job.plan),
        "shared": job.judging == "shared",
        "budget": {name: getattr(limits, name) for name in limits.__slots__},
    }


def _frame(message: dict[str, object]) -> bytes:
    body = json.dumps(message).encode()
    return _HEADER.pack(len(body)) + body


def _seconds(job: Job) -> float:
    """How long its answer may take."""
    return len(job.plan) * _PATIENCE * (job.limits.wall_seconds + _GRACE_SECONDS) + _GRACE_SECONDS


def _outcomes(job: Job, answer: object) -> tuple[Outcome, ...]:
    """The answer checked against the plan: every planned test once, in order, with a known status."""
    if not isinstance(answer, list):
        raise SandboxFailed("The sandbox answered without outcomes.")
    outcomes = tuple(Outcome(str(test), Status(status), str(said), float(used)) for test, status, said, used in answer)
    if tuple(outcome.test for outcome in outcomes) != job.plan:
        raise SandboxFailed("The sandbox did not answer for every planned test.")
    return outcomes


class PipeChannel:
    """A channel over two descriptors; `end` stops the processes behind it and returns their error text."""

    def __init__(self, sink: int, source: int, end: Callable[[], str]) -> None:
        self._sink = sink
        self._source = source
        self._end = end

    def send(self, data: bytes) -> None:
        """Write all of it."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._sink, view) :]

    def receive(self, count: int, deadline: float) -> bytes:
        """Read exactly `count` bytes."""
        pieces = []
        while count:
            if not select.select([self._source], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise TimeoutError("no answer in time")
            piece = os.read(self._source, min(count, 2**20))
            if not piece:
                raise EOFError("it ended")
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)

    def close(self) -> str:
        """End the processes."""
        return self._end()
