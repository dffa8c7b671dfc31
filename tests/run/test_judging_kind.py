"""Wherever a solution of a task is judged, it is judged as the task says."""

from dataclasses import replace

from evalkit.run.canary import check_canaries
from evalkit.run.trials import Trials
from evalkit.scoring import score
from evalkit.suites.check import check_task
from evalkit.suites.mutants import surviving_mutants
from evalkit.types import (
    Cell,
    Completion,
    Extraction,
    Job,
    KnownWrong,
    Outcome,
    Requirement,
    Sample,
    SampleKey,
    Status,
    StopReason,
    Suite,
    Task,
    Test,
    TokenTrace,
)

SOLUTION = "def f(x):\n    return x + 1\n"
WRONG = "def f(x):\n    return x\n"
APART = Task(
    "s/t", "f", "def f(x):\n    '''One more.'''\n", "from solution import f\n\ndef test_f():\n    assert f(1) == 2\n",
    (Requirement("r", "", "stated"),), (Test("test_f", "r", False),), SOLUTION, (KnownWrong("w", WRONG, ("r",), ""),),
)  # fmt: skip
INSIDE = replace(APART, judging="shared")


class Recorder:
    """Finds only the reference right, and keeps how it was asked to judge."""

    name, isolates, workers = "recorder", True, 1

    def __init__(self) -> None:
        self.kinds: list[str] = []

    def describe(self) -> dict[str, object]:
        return {}

    def close(self) -> None:
        pass

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        self.kinds.append(job.judging)
        status = Status.PASSED if job.solution == SOLUTION else Status.FAILED
        return tuple(Outcome(name, status) for name in job.plan)


def kinds(task: Task) -> list[set[str]]:
    """How each place that judges a task does."""
    found = []
    key = SampleKey(task.id, Cell("m", 0.0, "given", "given"), 0)
    sample = Sample(key, "", Completion("", StopReason.EOS, 0, TokenTrace()), Extraction(SOLUTION))
    for judge in (
        lambda recorder: score(sample, task, recorder),
        lambda recorder: check_task(task, recorder),
        lambda recorder: list(surviving_mutants(task, recorder)),
        lambda recorder: check_canaries(Suite("s", "", (task,)), recorder),
        lambda recorder: Trials(recorder).calibrated(task),
    ):
        recorder = Recorder()
        judge(recorder)
        found.append(set(recorder.kinds))
    return found


def test_every_place_follows_the_task() -> None:
    assert kinds(APART) == [{"separate"}] * 5
    assert kinds(INSIDE) == [{"shared"}] * 5
