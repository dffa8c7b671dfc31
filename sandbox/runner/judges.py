"""The judge's process: forked from the supervisor, given jobs one after another, replaced whenever in doubt.

A judge may take another job when the last one's tests cannot have left anything behind (see reuse) and its
connection to the candidate ended as it should. A fork costs more than most tests do.

Requests to a judge are marshal's bytes, since both ends are ours and compiled tests are among them; its answers are
JSON: [test, status, message, processor seconds of the candidate, whether it is as good as new], or a reason to stop.
"""

import gc
import json
import marshal
import os
import resource
import select
import signal
import socket
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from frames import ConnectionClosed, is_readable, read_frame, write_frame
from judge import Job, NotClean, judge
from limits import PATIENCE, cpu_seconds
from prepared import Prepared

_MEMORY = 2 * 2**30
_LOOK_SECONDS = 1.0
_MOST_JOBS = 500  # of one process, so that what adds up stays small
_MOST_GROWTH = 128 * 2**20  # bytes; a judge that a sample has made larger is replaced

Outcome = tuple[str, str, str, float]
NOT_CLEAN = "a sample left something behind that cannot be removed"


class Broken(Exception):
    """This sandbox cannot judge any more; says why."""


class JudgeProcess:
    """One judge. `enter` is called in the fork, to give up what belongs to the supervisor."""

    def __init__(self, prepared: dict[str, Prepared], control: socket.socket, enter: Callable[[], None]) -> None:
        self._known = set(prepared)
        self._jobs = 0
        self.fresh = True  # whether it may take another job
        requests, self._sink = os.pipe()
        self._source, answers = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._sink)
            os.close(self._source)
            _serve(dict(prepared), control, enter, requests, answers)
        os.close(requests)
        os.close(answers)

    def begin(self, key: str, tests: Prepared, job: tuple[str, str, tuple[str, ...], dict[str, float], bool]) -> None:
        """Give it a job: solution, entry point, plan, budget, and whether the tests run in the candidate."""
        self._jobs += 1
        self.fresh = tests.reusable and self._jobs < _MOST_JOBS
        news = None if key in self._known else (tests.code, tests.learned, tests.reusable, tests.ahead)
        self._known.add(key)
        write_frame(self._sink, marshal.dumps((key, news, *job)))

    def next_outcome(self, seconds: float, host: int) -> Outcome | None:
        """What came of the next test; None when it is stuck. Raises ConnectionClosed when it has ended.

        One that only waits for its candidate is not stuck: the keeper ends a candidate that takes too long, later on
        a busy machine. A host that goes away meanwhile ends this process.
        """
        ready = is_readable(self._source, host, seconds)
        for _ in range(PATIENCE - 1):
            if ready or self._runs():
                break
            ready = is_readable(self._source, host, seconds)
        if not ready:
            return None
        message = json.loads(read_frame(self._source))
        if isinstance(message, str):
            raise Broken(message)
        *outcome, as_new = message
        self.fresh &= as_new
        return str(outcome[0]), str(outcome[1]), str(outcome[2]), float(outcome[3])

    def _runs(self) -> bool:
        """Whether it uses processor time just now, without an outcome."""
        before = cpu_seconds(self._pid)
        outcome = select.select([self._source], [], [], _LOOK_SECONDS)[0]
        return not outcome and cpu_seconds(self._pid) > before

    def end(self) -> int:
        """End it. Its wait status."""
        os.kill(self._pid, signal.SIGKILL)
        os.close(self._sink)
        os.close(self._source)
        return os.waitpid(self._pid, 0)[1]


def enter(judge_uid: int | None) -> None:
    """In a fork of the supervisor: take the judge's uid and limits."""
    if judge_uid is not None:
        os.setgroups([])
        os.setresgid(judge_uid, judge_uid, judge_uid)
        os.setresuid(judge_uid, judge_uid, judge_uid)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _serve(
    prepared: dict[str, Prepared], control: socket.socket, enter: Callable[[], None], requests: int, answers: int
) -> None:
    """In the fork: judge what is asked for until the supervisor goes away. Never returns."""
    try:
        enter()
        gc.enable()
        most_bytes = _peak_bytes() + _MOST_GROWTH
        while True:
            for outcome in _judge(marshal.loads(read_frame(requests)), prepared, control, most_bytes):
                write_frame(answers, json.dumps(outcome).encode())
    except ConnectionClosed:
        pass
    except NotClean:
        write_frame(answers, json.dumps(NOT_CLEAN).encode())
    except BaseException:  # a bug of ours: say where, so that the host can report it as unscored
        write_frame(answers, json.dumps(traceback.format_exc()[-2000:]).encode())
    finally:
        os._exit(0)


def _judge(
    request: tuple[Any, ...], prepared: dict[str, Prepared], control: socket.socket, most_bytes: int
) -> Iterator[tuple[object, ...]]:
    key, news, solution, entry_point, plan, budget, shared = request
    if news is not None:
        prepared[key] = Prepared(*news)
    tests = prepared[key]
    job = Job(solution, entry_point, tests.code, plan, budget, tests.learned or {}, tests.ahead, shared)
    for *outcome, ended_well in judge(job, control):
        yield *outcome, ended_well and _peak_bytes() < most_bytes


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
