"""The supervisor: takes jobs from the host, gives them to a judge, and reports what the judge says.

Frames on its channel are JSON:
    host -> supervisor  {"hello": true}, answered by {"ready": true, "runtime"}: the host writes first, since an
                        engine may drop what a container says before anyone is known to listen
    host -> supervisor  {"id", "solution", "entry_point", "tests": {...}, "plan": [...], "budget": {...},
                         "shared": whether the tests run in the candidate}
                        tests: a key, on first use with the source; see prepared.Store.take
    host -> supervisor  {"preload": [modules]}, answered by {"missing": why one cannot be imported, or ""}
    supervisor -> host  {"id", "outcomes": [[test, status, message, processor seconds of the candidate], ...]}
                        or {"id", "broken": reason};
                        "learned" too, when differential tests have learned what the reference gives
After "broken" it ends: the host starts a fresh sandbox. The host may send jobs before the answers to earlier ones.
They are worked on in their order, and an answer may wait for the next, to go with it.
"""

import gc
import json
import marshal
import os
import signal
import socket
import sys
from dataclasses import dataclass, replace
from typing import Any

from frames import ConnectionClosed, FrameReader, frame, is_readable, read_frame, write_all, write_frame
from judges import NOT_CLEAN, Broken, JudgeProcess, Outcome, enter
from keeper import receive
from prepared import Prepared, Store, learn

_GRACE = 10.0  # seconds on top of a test's wall limit, for cleaning up after it
_LEARNING_SECONDS = 45.0


@dataclass(frozen=True)
class _Job:
    key: str
    tests: Prepared
    solution: str
    entry_point: str
    plan: tuple[str, ...]
    budget: dict[str, float]
    shared: bool


class Supervisor:
    """Serves one host over `source` and `sink`, with the keeper at the other end of `control`."""

    def __init__(self, source: int, sink: int, control: socket.socket, judge_uid: int | None) -> None:
        self._source = source
        self._sink = sink
        self._jobs = FrameReader(source)
        self._unsent: list[bytes] = []
        self._control = control
        self._judge_uid = judge_uid
        self._store = Store()
        self._current: JudgeProcess | None = None

    def serve(self) -> None:
        """Judge jobs until the host closes the channel."""
        while True:
            if not self._jobs.has_more():
                self._send_all()
            try:
                job = json.loads(self._jobs.next())
            except ConnectionClosed:
                return
            if "hello" in job:
                self._send({"ready": True, "runtime": sys.version})
                continue
            if "preload" in job:
                self._send({"missing": self._preload(job["preload"])})
                continue
            try:
                self._send({"id": job["id"]} | self._answer(job))
            except Broken as error:
                self._send({"id": job["id"], "broken": str(error)})
                self._send_all()
                return

    def _send(self, message: dict[str, object]) -> None:
        """At the latest when there is nothing else to do."""
        self._unsent.append(frame(json.dumps(message).encode()))

    def _send_all(self) -> None:
        if self._unsent:
            write_all(self._sink, b"".join(self._unsent))
            self._unsent = []

    def _preload(self, modules: list[str]) -> str:
        self._control.send(marshal.dumps({"preload": modules}))
        message = receive(self._control)
        return str(message["missing"]) if message else "the keeper of candidates is gone"

    def _answer(self, wire_job: dict[str, Any]) -> dict[str, object]:
        tests = self._tests(wire_job)
        news: dict[str, object] = {}
        if tests.to_learn:
            tests.learned = self._learn(tests)
            news = {"learned": tests.learned} if tests.learned else {}
        return {"outcomes": self._judge(_job(wire_job, tests))} | news

    def _tests(self, wire_job: dict[str, Any]) -> Prepared:
        try:
            return self._store.take(wire_job["tests"])
        except (SyntaxError, ValueError) as error:
            raise Broken(f"the tests do not compile: {error}") from error

    def _learn(self, tests: Prepared) -> dict[str, str]:
        """Run the reference in a process of its own, that is over before a candidate begins; {} when it fails."""
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                self._enter_judge()
                write_frame(theirs, json.dumps(learn(tests.code)).encode())
            finally:
                os._exit(0)
        os.close(theirs)
        try:
            learned = is_readable(ours, self._source, _LEARNING_SECONDS)
            return dict(json.loads(read_frame(ours))) if learned else {}
        except ConnectionClosed:  # the tests themselves are wrong, which judging them will tell
            return {}
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(ours)

    def _judge(self, job: _Job) -> list[Outcome]:
        outcomes: list[Outcome] = []
        while len(outcomes) < len(job.plan):
            outcomes += self._run_judge(replace(job, plan=job.plan[len(outcomes) :]))
        return outcomes

    def _run_judge(self, job: _Job) -> list[Outcome]:
        """Outcomes of a first part of the plan: all of it, or up to the test at which the judge got stuck."""
        judge = self._fresh_judge()
        judge.begin(job.key, job.tests, (job.solution, job.entry_point, job.plan, job.budget, job.shared))
        outcomes: list[Outcome] = []
        ended = False
        try:
            while len(outcomes) < len(job.plan):
                outcome = judge.next_outcome(job.budget["wall_seconds"] + _GRACE, self._source)
                if outcome is None:
                    break
                outcomes.append(outcome)
        except ConnectionClosed:
            ended = True
        if len(outcomes) < len(job.plan):
            outcomes.append(self._stuck(job, len(outcomes), ended))
        return outcomes

    def _fresh_judge(self) -> JudgeProcess:
        """The judge of the last job where it is as good as new, else another."""
        if self._current is not None and not self._current.fresh:
            self._current.end()
            self._current = None
        if self._current is None:
            self._current = JudgeProcess(self._store.all(), self._control, self._enter_judge)
        return self._current

    def _stuck(self, job: _Job, at: int, ended: bool) -> Outcome:
        """The outcome of the test at which the judge did not go on, because of what the solution gave it."""
        assert self._current is not None
        self._current.end()
        self._current = None
        used = self._drop_candidate()
        if ended:
            return job.plan[at], "error", "gave a value with which the test could not be run to its end", used
        said = f"the test itself was not over after {job.budget['wall_seconds']:g} s"
        return job.plan[at], "timeout", said, used

    def _enter_judge(self) -> None:
        """In a fork: give up what belongs to the supervisor."""
        os.close(self._source)
        os.close(self._sink)
        enter(self._judge_uid)

    def _drop_candidate(self) -> float:
        """After a judge that did not finish: end its candidate. Its processor seconds, where none were told yet."""
        self._control.send(marshal.dumps({"sync": True}))
        used = 0.0
        while True:
            message = receive(self._control)
            if message is None:
                raise Broken("the keeper of candidates is gone")
            if message.get("clean") is False:
                raise Broken(NOT_CLEAN)
            if "sync" in message:
                return used
            used = float(message.get("cpu_seconds", used))


def _job(wire_job: dict[str, Any], tests: Prepared) -> _Job:
    names = str(wire_job["solution"]), str(wire_job["entry_point"])
    plan, budget = tuple(wire_job["plan"]), wire_job["budget"]
    return _Job(wire_job["tests"]["key"], tests, *names, plan, budget, wire_job["shared"])


def main(source: int, sink: int, control: socket.socket, judge_uid: int | None) -> None:
    """Serve the host on `source` and `sink` until it goes away."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.disable()
    gc.freeze()
    Supervisor(source, sink, control, judge_uid).serve()
