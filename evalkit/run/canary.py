"""Two solutions whose verdicts are known, judged before a run spends anything."""

from dataclasses import replace

from evalkit.errors import SandboxFailed, SandboxUnavailable
from evalkit.run.timing import DEFAULT_TIMING, Calibrations, Timing
from evalkit.run.trials import Trials
from evalkit.suites import load_suite
from evalkit.types import Job, Judge, KnownWrong, Outcome, Sandbox, Status, Suite, Task

STARTER = "starter"


def check_canaries(suite: Suite, sandbox: Sandbox, timing: Timing = DEFAULT_TIMING) -> None:
    """Judge a reference and a known-wrong solution of the task with the fewest tests.

    Some data sets have no references: then a task of the starter suite is judged.
    Raises SandboxUnavailable, with status and message, when they do not come out as they should.
    """
    told = [task for task in suite.tasks if task.reference] or load_suite(STARTER).tasks
    task = _canary(min(told, key=lambda task: len(task.tests)))
    judge = Trials(sandbox, Calibrations(timing)).of(task)
    for test, outcome in zip(task.tests, _judge(task, task.reference, "reference", judge), strict=True):
        if outcome.status is not Status.PASSED:
            raise _wrong(task, "reference", f"{test.name}: {_told(outcome)}, not passed")
    wrong, *_ = task.known_wrong
    outcomes = _judge(task, wrong.source, f"known-wrong {wrong.name!r}", judge)
    if all(
        outcome.status is Status.PASSED
        for test, outcome in zip(task.tests, outcomes, strict=True)
        if test.requirement in wrong.breaks
    ):
        raise _wrong(task, f"known-wrong {wrong.name!r}", f"it passed every test of {', '.join(wrong.breaks)}")


def _canary(task: Task) -> Task:
    """The task, or for one without known-wrongs its first test alone and a solution that returns nothing."""
    if task.known_wrong:
        return task
    nothing = "" if task.judging == "program" else f"def {task.entry_point}(*arguments, **named):\n    return None\n"
    first = task.tests[0]
    wrong = KnownWrong("returns_nothing", nothing, (first.requirement,), "Returns nothing.")
    return replace(task, tests=(first,), known_wrong=(wrong,))


def _judge(task: Task, solution: str, name: str, judge: Judge) -> tuple[Outcome, ...]:
    plan = tuple(test.name for test in task.tests)
    job = Job(solution, task.entry_point, task.tests_source, plan, judging=task.judging, packages=task.packages)
    try:
        outcomes = judge.judge(job)
    except SandboxFailed as error:
        raise _wrong(task, name, str(error)) from error
    for outcome in outcomes:
        if outcome.status is Status.UNSCORED:
            raise _wrong(task, name, f"{outcome.test}: {_told(outcome)}")
    return outcomes


def _wrong(task: Task, name: str, reason: str) -> SandboxUnavailable:
    return SandboxUnavailable(
        f"The sandbox does not judge as it should, so nothing was begun. Tried with the {name} of {task.id}: "
        f"{reason.rstrip('.')}. 'evalkit sandbox check' tells more."
    )


def _told(outcome: Outcome) -> str:
    return f"{outcome.status} ({' '.join(outcome.message.split()) or 'no message'})"
