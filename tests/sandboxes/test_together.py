"""Several jobs on one way to the sandbox: the same outcomes, whatever one of them does."""

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import Future
from threading import Event, Thread

import pytest

from evalkit.errors import SandboxFailed
from evalkit.registry import data_folder
from evalkit.run.judging import TOGETHER, Judging
from evalkit.sandboxes.subprocess import SubprocessSandbox
from evalkit.sandboxes.worker import _frame
from evalkit.types import (
    Cell,
    Completion,
    Extraction,
    Job,
    Limits,
    Outcome,
    Requirement,
    Sample,
    SampleKey,
    Status,
    StopReason,
    Task,
    Test,
    TokenTrace,
)

TESTS = "from solution import f\n\n\ndef test_it():\n    assert f() == 1\n"
LIMITS = Limits(cpu_seconds=0.5, wall_seconds=6.0)


def job(solution: str, tests: str = TESTS, plan: tuple[str, ...] = ("test_it",)) -> Job:
    return Job(solution, "f", tests, plan, LIMITS)


def test_each_gets_what_it_would_get_alone(unisolated):
    solutions = ["return 1", "return 2", "raise ValueError", "import os; os._exit(0)", "return 1"]
    jobs = [job(f"def f():\n    {each}\n") for each in solutions] + [job("#" * 5_000_000), job("def f(): return 1")]
    assert unisolated.judge_all(jobs) == [unisolated.judge(each) for each in jobs]


def test_answers_that_fill_every_pipe_hold_up_nobody(unisolated):
    names = [f"test_{number}" for number in range(130)]
    tests = "".join(f"def {name}():\n    assert False, 'x' * 1000\n" for name in names)
    jobs = [job("", tests, tuple(names)), job("# " + "x" * 100_000), job("def f(): return 1")]
    answers = unisolated.judge_all(jobs)
    assert [len(answer) for answer in answers] == [130, 1, 1] and answers[2][0].status is Status.PASSED


def test_what_came_before_the_end_of_a_sandbox_stands():
    sandbox = SubprocessSandbox()
    broken = job("", "def test_it(:\n")  # no tests at all, which a sandbox takes for its own end
    try:
        outcomes = sandbox.judge_all([job("def f(): return 1"), broken, job("def f(): return 2")])
        assert [each[0].status for each in outcomes] == [Status.PASSED]
        assert sandbox.judge(job("def f(): return 1"))[0].status is Status.PASSED
    finally:
        sandbox.close()


def test_a_supervisor_whose_host_is_gone_ends_though_jobs_are_waiting(tmp_path):
    settings = {"control": None, "judge_uid": None, "path": [], "judge_path": []}
    place = {"kind": "session", "scratch": str(tmp_path), "rlimits_only": True}
    endless = {
        "id": 1, "solution": "", "entry_point": "f", "plan": ["test_it"], "shared": False,
        "tests": {"key": "k", "forget": [], "source": "def test_it():\n    while True: pass\n", "learned": None},
        "budget": {name: getattr(Limits(wall_seconds=600.0), name) for name in Limits.__slots__},
    }  # fmt: skip
    runner = str(data_folder("sandbox") / "runner")
    command = [sys.executable, "-I", "-S", "-B", runner, "supervisor", json.dumps(settings | {"place": place})]
    supervisor = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True)
    assert supervisor.stdin is not None
    try:
        supervisor.stdin.write(_frame(endless) + _frame(endless))
        supervisor.stdin.flush()
        time.sleep(0.5)
        assert supervisor.poll() is None
        supervisor.stdin.close()
        supervisor.wait(timeout=60)
    finally:
        os.killpg(supervisor.pid, signal.SIGKILL)  # the judge, which nothing isolates here


class Recording:
    """A sandbox that one program breaks, alone or among others."""

    name, isolates, workers = "recording", True, 2

    def __init__(self) -> None:
        self.sizes: Counter[int] = Counter()

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        if job.solution == "break":
            raise SandboxFailed("it broke")
        return tuple(Outcome(test, Status.PASSED) for test in job.plan)

    def judge_all(self, jobs):
        self.sizes[len(jobs)] += 1
        solutions = [each.solution for each in jobs]
        return [self.judge(each) for each in jobs[: [*solutions, "break"].index("break")]]

    def describe(self):
        return {}

    def close(self):
        pass


def sample(number: int, solution: str | None) -> Sample:
    key = SampleKey("s/t", Cell("m", 0.0, "given", "given"), number)
    return Sample(key, "", Completion("", StopReason.EOS, 0, TokenTrace()), Extraction(solution, (), solution))


@pytest.fixture
def task() -> Task:
    return Task("s/t", "f", "", "", (Requirement("r", "", "stated"),), (Test("test_it", "r", False),), "", ())


def test_a_program_that_breaks_the_sandbox_is_the_only_one_without_a_verdict(task):
    sandbox = Recording()
    solutions = ["right", "right", "break", None, "right", "right", "right", "right", "right"]
    with Judging(sandbox) as judging:
        for number, solution in enumerate(solutions):
            judging.submit(sample(number, solution), task)
        judged = {each.key.index: verdicts[0].status for each, verdicts in judging.drain()}
    expected = {"right": Status.PASSED, "break": Status.UNSCORED, None: Status.NO_SOLUTION}
    assert judged == {number: expected[solution] for number, solution in enumerate(solutions)}
    assert max(sandbox.sizes, default=0) <= TOGETHER


def test_samples_that_wait_go_to_the_sandbox_together(task, monkeypatch):
    sandbox, submitted = Recording(), Event()
    judge = sandbox.judge
    monkeypatch.setattr(sandbox, "judge", lambda job: submitted.wait() and judge(job))
    with Judging(sandbox) as judging:
        for number in range(20):
            judging.submit(sample(number, f"right = {number}"), task)
        submitted.set()
        assert len(list(judging.drain())) == 20
    assert max(sandbox.sizes) == TOGETHER


def test_samples_that_wait_are_no_calls_that_wait(task, monkeypatch):
    """Each call would be kept after its sample went together with others, a million of them in a long run."""
    sandbox, submitted = Recording(), Event()
    judge = sandbox.judge
    monkeypatch.setattr(sandbox, "judge", lambda job: submitted.wait() and judge(job))

    def futures() -> int:
        return sum(type(each) is Future for each in gc.get_objects())

    before = futures()
    with Judging(sandbox) as judging:
        for number in range(60):
            judging.submit(sample(number, f"right = {number}"), task)
        calls = futures() - before
        submitted.set()  # first, for the threads are waited for whatever is found
        assert len(list(judging.drain())) == 60
    assert calls < 10


def test_what_waits_is_not_begun_after_the_end(task, monkeypatch):
    sandbox, begun, ended = Recording(), Event(), Event()
    judge, judged = sandbox.judge, []

    def slow(job: Job) -> tuple[Outcome, ...]:
        begun.set()
        ended.wait()
        judged.append(job)
        return judge(job)

    monkeypatch.setattr(sandbox, "judge", slow)
    judging = Judging(sandbox)
    for number in range(20):
        judging.submit(sample(number, "right"), task)
    begun.wait()
    closing = Thread(target=judging.close)
    closing.start()
    closing.join(0.5)
    ended.set()
    closing.join(10)
    assert not closing.is_alive()
    assert len(judged) <= sandbox.workers * TOGETHER


def test_a_bug_while_several_are_judged_is_told_and_does_not_hang(task):
    sandbox = Recording()
    sandbox.judge = sandbox.judge_all = None  # type: ignore[assignment]  # calling it is the bug
    with pytest.raises(TypeError), Judging(sandbox) as judging:
        for number in range(20):
            judging.submit(sample(number, "right"), task)
        list(judging.drain())
