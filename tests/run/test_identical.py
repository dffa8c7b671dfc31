"""Identical programs are executed once: which ones are, what each sample gets, and what is never shared."""

import json
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from evalkit_fakes import CANARIES, CountingModel, RuleSandbox

from evalkit.config import load_experiment
from evalkit.errors import SandboxFailed
from evalkit.results import load
from evalkit.run import identical, judge_file, proving
from evalkit.run import session as sessions
from evalkit.run.judge_file import Settings
from evalkit.run.judging import Judged, Judging
from evalkit.suites import load_suite
from evalkit.types import Cell, Completion, Extraction, Job, Outcome, Sample, SampleKey, Status, StopReason, TokenTrace

RIGHT, WRONG = "def double_it(start_value): return 2 * start_value\n", "# wrong\n"


class Counting(RuleSandbox):
    """Knows how often it executed each program; breaks `breaks` times first."""

    def __init__(self, workers: int = 1, breaks: int = 0) -> None:
        super().__init__(workers)
        self.executed: Counter[str] = Counter()
        self.breaks = breaks

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        self.executed[job.solution] += 1
        if self.executed.total() <= self.breaks:
            raise SandboxFailed("the engine went away")
        return super().judge(job)


@pytest.fixture
def tasks(tiny_suite: Path):
    return {task.entry_point: task for task in load_suite(str(tiny_suite)).tasks}


def sample(task, solution: str | None, index: int) -> Sample:
    key = SampleKey(task.id, Cell("m", 0.0, "given", "given"), index)
    return Sample(key, "", Completion("", StopReason.EOS, 0, TokenTrace()), Extraction(solution, (), solution))


def judged(sandbox: RuleSandbox, samples, reuse: bool = True) -> list[Judged]:
    def work() -> Iterator[Judged]:
        with Judging(sandbox, reuse=reuse) as judging:
            for each, task in samples:
                judging.submit(each, task)
                yield from judging.finished()
            yield from judging.drain()

    found = list(work())
    assert len(found) == len(samples)
    return sorted(found, key=lambda pair: (pair[0].key.task_id, pair[0].key.index))


@pytest.mark.parametrize("workers", [1, 4])
def test_one_of_identical_programs_is_executed_and_each_sample_gets_verdicts_of_its_own(tasks, workers):
    task, sandbox = tasks["double_it"], Counting(workers)
    programs = [RIGHT, WRONG, RIGHT, RIGHT, WRONG, None, None]
    found = judged(sandbox, [(sample(task, program, index), task) for index, program in enumerate(programs)])
    assert sandbox.executed == {RIGHT: 1, WRONG: 1}
    by_program = {RIGHT: Status.PASSED, WRONG: Status.FAILED, None: Status.NO_SOLUTION}
    for index, (each, verdicts) in enumerate(found):
        assert {verdict.key for verdict in verdicts} == {each.key} == {replace(each.key, index=index)}
        assert [verdict.test for verdict in verdicts] == [test.name for test in task.tests]
        assert {verdict.status for verdict in verdicts} == {by_program[programs[index]]}


def test_verdicts_are_those_of_executing_each(tasks):
    programs = [RIGHT, WRONG, RIGHT + "\n", RIGHT, WRONG]
    samples = [(sample(task, each, n), task) for task in tasks.values() for n, each in enumerate(programs)]
    each, shared = Counting(2), Counting(2)
    assert judged(each, samples, reuse=False) == judged(shared, samples)
    assert (each.executed.total(), shared.executed.total()) == (10, 6)


def test_another_task_or_another_byte_is_another_program(tasks):
    double, sandbox = tasks["double_it"], Counting()
    renamed = replace(double, entry_point="twice")
    samples = [(sample(double, RIGHT, 0), double), (sample(renamed, RIGHT, 1), renamed)]
    judged(sandbox, [*samples, (sample(double, RIGHT + " ", 2), double), (sample(double, RIGHT + "\udc80", 3), double)])
    assert sandbox.executed == {RIGHT: 2, RIGHT + " ": 1, RIGHT + "\udc80": 1}


def test_what_the_sandbox_did_not_score_is_shared_with_nobody(tasks):
    task, sandbox = tasks["double_it"], Counting(breaks=1)
    found = judged(sandbox, [(sample(task, RIGHT, index), task) for index in range(4)])
    assert [{verdict.status for verdict in verdicts} for _, verdicts in found] == [
        {Status.UNSCORED}, *[{Status.PASSED}] * 3
    ]  # fmt: skip


def test_identical_programs_do_not_hide_a_sandbox_that_is_gone(tasks):
    with pytest.raises(SandboxFailed, match="5 times in a row"):
        judged(
            Counting(2, breaks=10**6), [(sample(tasks["double_it"], RIGHT, n), tasks["double_it"]) for n in range(9)]
        )


def test_a_timeout_is_shared_as_it_stands_after_the_second_trial(tasks):
    task = tasks["double_it"]

    class LateOnce(Counting):
        def judge(self, job: Job) -> tuple[Outcome, ...]:
            first = not self.executed[job.solution]
            outcomes = super().judge(job)
            return tuple(replace(each, status=Status.TIMEOUT) if first else each for each in outcomes)

    sandbox = LateOnce()
    found = judged(sandbox, [(sample(task, RIGHT, index), task) for index in range(3)])
    assert {verdict.status for _, verdicts in found for verdict in verdicts} == {Status.PASSED}
    assert sandbox.executed[RIGHT] == 1 + len(task.tests)  # each late test once more, and nothing for the others


def test_a_sample_waits_for_the_program_that_is_being_executed(tasks):
    task, begun, go_on = tasks["double_it"], threading.Event(), threading.Event()

    class Slow(Counting):
        def judge(self, job: Job) -> tuple[Outcome, ...]:
            begun.set()
            assert go_on.wait(60)
            return super().judge(job)

    sandbox = Slow(2)
    with Judging(sandbox, reuse=True) as judging:
        judging.submit(sample(task, RIGHT, 0), task)
        assert begun.wait(60)
        judging.submit(sample(task, RIGHT, 1), task)
        assert not list(judging.finished())
        go_on.set()
        assert len(list(judging.drain())) == 2
    assert sandbox.executed == {RIGHT: 1}


def test_memory_of_programs_is_bounded(tasks, monkeypatch):
    monkeypatch.setattr(identical, "MOST_KEPT", 2)
    task, sandbox = tasks["double_it"], Counting()
    programs = ["a", "b", "a", "c", "a", "b"]  # a is used again and stays, b is the one that goes
    for number in range(len(programs)):
        programs[number] = RIGHT + f"# {programs[number]}\n"
    with Judging(sandbox, reuse=True) as judging:
        for index, program in enumerate(programs):
            judging.submit(sample(task, program, index), task)
            assert len(list(judging.drain())) == 1
    assert [sandbox.executed[RIGHT + f"# {name}\n"] for name in "abc"] == [1, 2, 1]


def judge_lines(suite: Path, folder: Path, out: str, monkeypatch: pytest.MonkeyPatch, **options: object) -> Counting:
    """A run of `evalkit judge` on six samples of two programs; the sandbox it used."""
    file = folder / "samples.jsonl"
    lines = [{"task_id": "tiny/double_it", "solution": RIGHT if n % 3 else WRONG} for n in range(6)]
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    sandbox = Counting(2)
    monkeypatch.setattr(proving, "open_sandbox", lambda *wanted: sandbox)
    settings = Settings(samples_from=str(file), suite=str(suite), model="m", workers=2, **options)
    with judge_file.begin(settings, folder / out, lambda line: None) as run:
        sandbox.executed.clear()  # the canaries
        run.work()
    return sandbox


def shards(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}


def test_judge_executes_identical_programs_once_unless_told_otherwise(tiny_suite, tmp_path, monkeypatch):
    once = judge_lines(tiny_suite, tmp_path, "once", monkeypatch)
    each = judge_lines(tiny_suite, tmp_path, "each", monkeypatch, reuse_verdicts=False)
    assert (once.executed, each.executed) == ({RIGHT: 1, WRONG: 1}, {RIGHT: 4, WRONG: 2})
    assert shards(tmp_path / "once") == shards(tmp_path / "each")
    assert load(tmp_path / "each").manifest["config"]["reuse_verdicts"] is False


def test_a_run_that_repeats_verdicts_shares_none(tiny_suite, tmp_path, monkeypatch):
    sandbox = judge_lines(tiny_suite, tmp_path, "run", monkeypatch, repeat_verdicts=2)
    assert (sandbox.executed[RIGHT], sandbox.executed[WRONG]) == (8, 4)


def test_a_stopped_run_of_identical_programs_ends_like_one_that_was_not(tiny_suite, tmp_path, monkeypatch):
    monkeypatch.setattr(judge_file, "UNIT_SIZE", 4)
    judge_lines(tiny_suite, tmp_path, "whole", monkeypatch)
    shutil.copytree(tmp_path / "whole", tmp_path / "cut")
    (tmp_path / "cut" / "verdicts-00001.parquet").unlink()  # as if killed when the first unit was done
    sandbox = Counting(2)
    monkeypatch.setattr(proving, "open_sandbox", lambda *wanted: sandbox)
    with judge_file.resume(tmp_path / "cut", lambda line: None) as run:
        sandbox.executed.clear()
        run.work()
    assert sandbox.executed == {RIGHT: 1}  # the rest of the file holds no other
    assert shards(tmp_path / "cut") == shards(tmp_path / "whole")


class Parrot(CountingModel):
    """Says one of two things."""

    def _answer(self, request):
        return replace(super()._answer(request), text="    return 1\n" if request.key.index % 2 else "    return 2\n")


@pytest.mark.parametrize("reuse", [True, False])
def test_run_executes_identical_programs_once_unless_told_otherwise(tiny_suite, tmp_path, monkeypatch, reuse):
    sandbox = Counting(2)
    monkeypatch.setattr(sessions, "model_loader", lambda plan, note: lambda name: Parrot())
    monkeypatch.setattr(proving, "open_sandbox", lambda *wanted: sandbox)
    wanted = {"samples": 8, "out": str(tmp_path / "run"), "prompt": ("plain",), "reuse_verdicts": reuse}
    with sessions.begin(load_experiment(str(tiny_suite), wanted), lambda line: None) as session:
        session.work()
        assert session.complete
    assert sandbox.executed.total() - CANARIES == (4 if reuse else 16)  # of two tasks, two programs each
