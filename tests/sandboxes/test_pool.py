"""Several sandboxes behind one: replaced when they break, never left behind."""

import threading
import time
from collections import Counter

import pytest

from evalkit.errors import ConfigError, SandboxFailed, SandboxUnavailable, UnknownName
from evalkit.sandboxes import open_sandbox
from evalkit.sandboxes.pool import WorkerPool
from evalkit.sandboxes.subprocess import SubprocessSandbox
from evalkit.types import Job, Limits, Outcome, Status

TESTS = "from solution import f\n\ndef test_it():\n    assert f() == 1\n"


def job(solution="def f():\n    return 1\n", tests=TESTS, **limits):
    return Job(solution, "f", tests, ("test_it",), Limits(**({"cpu_seconds": 2.0, "wall_seconds": 20.0} | limits)))


class StubWorker:
    """Breaks on its first `failures` jobs."""

    def __init__(self, failures=0):
        self.failures = failures
        self.closed = 0

    def judge(self, job):
        if self.failures:
            self.failures -= 1
            raise SandboxFailed("it broke")
        return (Outcome("test_it", Status.PASSED),)

    def close(self):
        self.closed += 1


class Starts:
    """Hands out prepared workers, and raises prepared errors."""

    def __init__(self, *planned):
        self.planned = list(planned)
        self.slots = []

    def __call__(self, slot):
        self.slots.append(slot)
        worker = self.planned.pop(0)
        if isinstance(worker, Exception):
            raise worker
        return worker


def test_a_sandbox_is_started_when_needed_and_kept():
    start = Starts(StubWorker())
    pool = WorkerPool(start, 2)
    assert start.slots == []
    assert pool.judge(job())[0].status is Status.PASSED and pool.judge(job())[0].status is Status.PASSED
    assert len(start.slots) == 1


def test_a_broken_sandbox_is_replaced_and_the_job_tried_again():
    broken, fresh = StubWorker(1), StubWorker()
    pool = WorkerPool(Starts(broken, fresh), 1)
    assert pool.judge(job())[0].status is Status.PASSED
    assert broken.closed == 1 and fresh.closed == 0


def test_a_job_that_breaks_two_sandboxes_fails_and_the_pool_goes_on():
    workers = [StubWorker(1), StubWorker(1), StubWorker()]
    pool = WorkerPool(Starts(*workers), 1)
    with pytest.raises(SandboxFailed, match="it broke"):
        pool.judge(job())
    assert [worker.closed for worker in workers] == [1, 1, 0]
    assert pool.judge(job())[0].status is Status.PASSED


def test_an_engine_that_went_away_fails_the_job_and_may_come_back():
    pool = WorkerPool(Starts(SandboxUnavailable("gone"), SandboxUnavailable("gone"), StubWorker()), 1)
    with pytest.raises(SandboxFailed, match="gone"):
        pool.judge(job())
    assert pool.judge(job())[0].status is Status.PASSED


def test_a_closed_pool_judges_nothing():
    worker = StubWorker()
    pool = WorkerPool(Starts(worker, StubWorker()), 1)
    pool.judge(job())
    pool.close()
    assert worker.closed == 1
    with pytest.raises(SandboxFailed, match="closed"):
        pool.judge(job())


def test_a_sandbox_that_starts_while_the_pool_is_closed_is_closed_too():
    worker = StubWorker()

    def start(slot):
        pool.close()
        return worker

    pool = WorkerPool(start, 1)
    with pytest.raises(SandboxFailed, match="closed"):
        pool.judge(job())
    assert worker.closed == 1


def test_never_more_sandboxes_than_workers():
    running, peak, lock = Counter(), [], threading.Lock()

    class Slow(StubWorker):
        def judge(self, job):
            with lock:
                running[self] += 1
                peak.append(sum(running.values()))
                assert running[self] == 1
            time.sleep(0.01)
            with lock:
                running[self] -= 1
            return super().judge(job)

    start = Starts(*[Slow() for _ in range(3)])
    pool = WorkerPool(start, 3)
    threads = [threading.Thread(target=pool.judge, args=(job(),)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(peak) <= 3 and sorted(start.slots) == sorted(set(start.slots))


def test_close_ends_what_is_judging():
    sandbox = SubprocessSandbox()
    seen = []

    def judge():
        try:
            sandbox.judge(job("import time\ndef f():\n    time.sleep(60)\n", wall_seconds=60.0))
        except SandboxFailed as error:
            seen.append(str(error))

    sandbox.judge(job())
    thread = threading.Thread(target=judge)
    thread.start()
    time.sleep(0.3)
    sandbox.close()
    thread.join(timeout=30)
    assert not thread.is_alive() and len(seen) == 1


def test_a_sandbox_whose_processes_are_killed_is_replaced():
    sandbox = SubprocessSandbox()
    try:
        sandbox.judge(job())
        (worker,) = sandbox._pool._running.values()
        worker.close()
        assert sandbox.judge(job())[0].status is Status.PASSED
    finally:
        sandbox.close()


def test_tests_that_do_not_compile_are_no_fault_of_the_sample(unisolated):
    with pytest.raises(SandboxFailed, match="tests do not compile"):
        unisolated.judge(job(tests="def test_it(:\n"))
    assert unisolated.judge(job())[0].status is Status.PASSED


def test_a_solution_too_long_to_send_is_an_error_of_its_own(unisolated):
    (outcome,) = unisolated.judge(job("#" * 5_000_000))
    assert outcome.status is Status.ERROR and "longer than 4000000 characters" in outcome.message


def test_an_empty_plan_has_no_outcomes(unisolated):
    assert unisolated.judge(Job("def f():\n    return 1\n", "f", TESTS, ())) == ()


def test_scratch_folders_are_removed():
    sandbox = SubprocessSandbox()
    sandbox.judge(job("def f():\n    open('left', 'w').close()\n    return 1\n"))
    (scratch,) = sandbox._scratch
    sandbox.close()
    from pathlib import Path

    assert not Path(scratch).exists()


def test_what_isolates_nothing_must_be_allowed():
    with pytest.raises(ConfigError, match="--allow-unisolated"):
        open_sandbox("subprocess")
    open_sandbox("subprocess", allow_unisolated=True).close()


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(UnknownName, match=r"Unknown sandbox 'dokcer'. Available: bubblewrap, docker, subprocess\."):
        open_sandbox("dokcer")


def test_auto_says_why_it_takes_the_second_best(monkeypatch):
    from evalkit import sandboxes

    class Missing:
        def __init__(self, **options):
            raise SandboxUnavailable("No Docker engine answers.")

    class Second:
        def __init__(self, workers):
            self.workers = workers

    kinds = {"docker": Missing, "bubblewrap": Second}
    monkeypatch.setattr(sandboxes, "resolve", lambda kind, name: kinds[name])
    said = []
    assert open_sandbox("auto", 3, say=said.append).workers == 3
    assert said == ["Sandbox: bubblewrap, because there is no better one here (docker: No Docker engine answers.)"]
    kinds["bubblewrap"] = Missing
    with pytest.raises(SandboxUnavailable, match=r"No sandbox can be started here\. docker: .* bubblewrap: "):
        open_sandbox("auto", 1)
