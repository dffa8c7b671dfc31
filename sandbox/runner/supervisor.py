"""The supervisor: takes jobs from the host, forks a judge for each, and reports what the judge says.

Frames on its channel are JSON:
    host -> supervisor  {"hello": true}, answered by {"ready": true, "runtime"}: the host writes first, since an
                        engine may drop what a container says before anyone is known to listen
    host -> supervisor  {"id", "solution", "entry_point", "tests": {...}, "plan": [...], "budget": {...}}
                        tests: a key, on first use with the source; see prepared.Store.take
    supervisor -> host  {"id", "outcomes": [[test, status, message, processor seconds of the candidate], ...]}
                        or {"id", "broken": reason};
                        "learned" too, when differential tests have learned what the reference gives
After "broken" it ends: the host starts a fresh sandbox.
"""

import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import traceback
from dataclasses import replace

from frames import ConnectionClosed, read_frame, write_frame
from judge import Job, NotClean, judge
from keeper import receive
from prepared import Prepared, Store, learn

_GRACE = 10.0  # seconds on top of a test's wall limit, for cleaning up after it
_JUDGE_MEMORY = 2 * 2**30
_LEARNING_SECONDS = 45.0

Outcome = tuple[str, str, str, float]


class Broken(Exception):
    """This sandbox cannot judge any more; says why."""


class Supervisor:
    """Serves one host over `source` and `sink`, with the keeper at the other end of `control`."""

    def __init__(self, source: int, sink: int, control: socket.socket, judge_uid: int | None) -> None:
        self._source = source
        self._sink = sink
        self._control = control
        self._judge_uid = judge_uid
        self._store = Store()

    def serve(self) -> None:
        """Judge jobs until the host closes the channel."""
        while True:
            try:
                job = json.loads(read_frame(self._source))
            except ConnectionClosed:
                return
            if "hello" in job:
                self._send({"ready": True, "runtime": sys.version})
                continue
            try:
                self._send({"id": job["id"]} | self._answer(job))
            except Broken as error:
                self._send({"id": job["id"], "broken": str(error)})
                return

    def _send(self, message: dict[str, object]) -> None:
        write_frame(self._sink, json.dumps(message).encode())

    def _answer(self, wire_job: dict[str, object]) -> dict[str, object]:
        tests = self._tests(wire_job)
        news: dict[str, object] = {}
        if tests.to_learn:
            tests.learned = self._learn(tests)
            news = {"learned": tests.learned} if tests.learned else {}
        return {"outcomes": self._judge(_job(wire_job, tests))} | news

    def _tests(self, wire_job: dict[str, object]) -> Prepared:
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
            return dict(json.loads(read_frame(ours))) if self._outcome_arrives(ours, _LEARNING_SECONDS) else {}
        except ConnectionClosed:  # the tests themselves are wrong, which judging them will tell
            return {}
        finally:
            _end(pid)
            os.close(ours)

    def _judge(self, job: Job) -> list[Outcome]:
        outcomes: list[Outcome] = []
        while len(outcomes) < len(job.plan):
            outcomes += self._run_judge(replace(job, plan=job.plan[len(outcomes) :]))
        return outcomes

    def _run_judge(self, job: Job) -> list[Outcome]:
        """Outcomes of a first part of the plan: all of it, or up to the test at which the judge got stuck."""
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(ours)
            self._become_judge(job, theirs)
        os.close(theirs)
        try:
            return self._collect(job, pid, ours)
        finally:
            os.close(ours)

    def _become_judge(self, job: Job, sink: int) -> None:
        """In the fork: run the tests and send an outcome frame for each. Never returns."""
        try:
            self._enter_judge()
            for outcome in judge(job, self._control):
                write_frame(sink, json.dumps(outcome).encode())
        except NotClean:
            write_frame(sink, json.dumps("a sample left something behind that cannot be removed").encode())
        except BaseException:  # a bug of ours: say where, so that the host can report it as unscored
            write_frame(sink, json.dumps(traceback.format_exc()[-2000:]).encode())
        finally:
            os._exit(0)

    def _enter_judge(self) -> None:
        """In a fork: give up what belongs to the supervisor."""
        os.close(self._source)
        os.close(self._sink)
        if self._judge_uid is not None:
            os.setgroups([])
            os.setresgid(self._judge_uid, self._judge_uid, self._judge_uid)
            os.setresuid(self._judge_uid, self._judge_uid, self._judge_uid)
        resource.setrlimit(resource.RLIMIT_AS, (_JUDGE_MEMORY, _JUDGE_MEMORY))

    def _collect(self, job: Job, pid: int, source: int) -> list[Outcome]:
        outcomes: list[Outcome] = []
        ended = False
        try:
            while len(outcomes) < len(job.plan):
                if not self._outcome_arrives(source, job.budget["wall_seconds"] + _GRACE):
                    break
                message = json.loads(read_frame(source))
                if isinstance(message, str):
                    raise Broken(message)
                outcomes.append((str(message[0]), str(message[1]), str(message[2]), float(message[3])))
        except ConnectionClosed:
            ended = True
        status = _end(pid)
        if len(outcomes) < len(job.plan):
            used = self._drop_candidate()
            outcomes.append((*_stuck(job, len(outcomes), status if ended else None), used))
        return outcomes

    def _outcome_arrives(self, source: int, seconds: float) -> bool:
        """Wait for the judge. A host that goes away meanwhile (it sends nothing before it has the answer) ends us."""
        ready = select.select([source, self._source], [], [], seconds)[0]
        if self._source in ready:
            os._exit(0)
        return bool(ready)

    def _drop_candidate(self) -> float:
        """After a judge that did not finish: end its candidate. Its processor seconds, where none were told yet."""
        self._control.send(json.dumps({"sync": os.getpid()}).encode())
        used = 0.0
        while True:
            message, _ = receive(self._control)
            if message is None:
                raise Broken("the keeper of candidates is gone")
            if message.get("clean") is False:
                raise Broken("a sample left something behind that cannot be removed")
            if "sync" in message:
                return used
            used = float(message.get("cpu_seconds", used))


def _job(wire_job: dict[str, object], tests: Prepared) -> Job:
    plan, budget = wire_job["plan"], wire_job["budget"]
    assert isinstance(plan, list) and isinstance(budget, dict)  # the host is ours
    names = str(wire_job["solution"]), str(wire_job["entry_point"])
    return Job(*names, tests.code, tuple(plan), budget, tests.learned or {})


def _stuck(job: Job, at: int, status: int | None) -> tuple[str, str, str]:
    """The outcome of the test at which the judge did not go on, because of what the solution gave it."""
    if status is None:
        return job.plan[at], "timeout", f"the test itself was not over after {job.budget['wall_seconds']:g} s"
    return job.plan[at], "error", "gave a value with which the test could not be run to its end"


def _end(pid: int) -> int:
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


def main(source: int, sink: int, control: socket.socket, judge_uid: int | None) -> None:
    """Serve the host on `source` and `sink` until it goes away."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.disable()
    gc.freeze()
    Supervisor(source, sink, control, judge_uid).serve()
