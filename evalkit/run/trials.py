"""Judging so that a busy machine does not decide: limits calibrated on the reference, and a second trial alone.

A test that ends within the floor has the same verdict whatever the reference takes. So a reference is run only
when a solution of its task ran out of time; then what ran out of time is judged with the calibrated limits, and what
does so again is tried once more while no other job of this process runs.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from threading import Condition, Lock
from typing import Protocol

from evalkit.run.durations import Durations
from evalkit.run.timing import Calibrations
from evalkit.types import Job, Judge, JudgesTogether, Limits, Outcome, Status, Task

REFERENCE_SECONDS = 60.0  # of processor time that each test of a reference may take while it is measured


class TurnTaking(Protocol):
    """Who judges beside others, and who alone."""

    def together(self) -> AbstractContextManager[None]:
        """Inside with others."""

    def alone(self) -> AbstractContextManager[None]:
        """Inside while nobody else is."""


class Turns:
    """Many threads at a time together, or one alone. Newcomers wait for one that wants that, so it is not starved."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._together = 0
        self._alone = False
        self._wanting_alone = 0

    @contextmanager
    def together(self) -> Iterator[None]:
        """Inside with others."""
        with self._changed:
            self._changed.wait_for(lambda: not self._alone and not self._wanting_alone)
            self._together += 1
        try:
            yield
        finally:
            with self._changed:
                self._together -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Inside while nobody else is."""
        with self._changed:
            self._wanting_alone += 1
            self._changed.wait_for(lambda: not self._alone and not self._together)
            self._wanting_alone -= 1
            self._alone = True
        try:
            yield
        finally:
            with self._changed:
                self._alone = False
                self._changed.notify_all()


class Trials:
    """One for all threads of a process that judge in one sandbox."""

    def __init__(
        self,
        sandbox: Judge,
        calibrations: Calibrations | None = None,
        turns: TurnTaking | None = None,
        durations: Durations | None = None,
    ) -> None:
        self._sandbox = sandbox
        self._calibrations = calibrations or Calibrations()
        self._calibrating = Lock()
        self._turns = turns or Turns()
        self.durations = durations or Durations({})

    def of(self, task: Task, first: tuple[Outcome, ...] | None = None) -> Judge:
        """Judges solutions of one task; the limits of the jobs it is given do not matter.

        `first`: what the job that it will be given came to in `first_trials`, where it was among those.
        """
        return _TaskTrials(self, task, first)

    def first_trials(self, jobs: Sequence[tuple[Job, Task]]) -> list[tuple[Outcome, ...]]:
        """The outcomes of a first part of the jobs, judged beside others and on one way to the sandbox."""
        if len(jobs) < 2 or not isinstance(self._sandbox, JudgesTogether):
            return []
        with self._turns.together():
            return self._sandbox.judge_all([replace(job, limits=self.limits(task)) for job, task in jobs])

    def together(self, job: Job) -> tuple[Outcome, ...]:
        """Judge beside other jobs."""
        with self._turns.together():
            return self._sandbox.judge(job)

    def alone(self, job: Job) -> tuple[Outcome, ...]:
        """Judge while no other job runs."""
        with self._turns.alone():
            return self._sandbox.judge(job)

    def limits(self, task: Task) -> Limits:
        """What is known without asking the reference."""
        return self._calibrations.get(task) or self._calibrations.timing.limits()

    def calibrated(self, task: Task) -> Limits:
        """Limits by the reference's own time, which is measured at the first call."""
        if not self._calibrations.timing.factor:
            return self._calibrations.timing.limits()
        with self._calibrating:
            return self._calibrations.get(task) or self._calibrations.add(task, self._measure(task))

    def _measure(self, task: Task) -> float | None:
        """Processor seconds of the slowest test that the reference passes; None where there is nothing to measure."""
        if not task.reference:
            return None
        plan = tuple(test.name for test in task.tests)
        seconds = max(REFERENCE_SECONDS, self._calibrations.timing.floor)
        limits = replace(self._calibrations.timing, floor=seconds).limits()
        outcomes = self.alone(
            Job(task.reference, task.entry_point, task.tests_source, plan, limits, task.judging, task.packages)
        )
        return max((each.cpu_seconds for each in outcomes if each.status is Status.PASSED), default=None)


@dataclass(frozen=True, slots=True)
class _TaskTrials:
    trials: Trials
    task: Task
    first: tuple[Outcome, ...] | None

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        """See evalkit.types.Judge."""
        outcomes = self._judged(job)
        self.trials.durations.add(self.task.id, outcomes)
        return outcomes

    def _judged(self, job: Job) -> tuple[Outcome, ...]:
        job = replace(job, limits=self.trials.limits(self.task))
        outcomes = self.trials.together(job) if self.first is None else self.first
        if not _late(outcomes):
            return outcomes
        limits = self.trials.calibrated(self.task)
        if limits != job.limits:
            job = replace(job, limits=limits)
            outcomes = _merged(outcomes, self.trials.together(replace(job, plan=_late(outcomes))))
        return self._confirmed(job, outcomes)

    def _confirmed(self, job: Job, outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
        """Try late tests again alone, up to one that is late again.

        Then it is the solution and not the machine, and the sample is wrong whatever its other late tests would
        say: they stand, so that a solution that never ends costs one more limit and not one for each test.
        """
        for test in _late(outcomes):
            again = self.trials.alone(replace(job, plan=(test,)))
            outcomes = _merged(outcomes, again)
            if _late(again):
                break
        return outcomes


def _late(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    return tuple(outcome.test for outcome in outcomes if outcome.status is Status.TIMEOUT)


def _merged(outcomes: Sequence[Outcome], newer: Sequence[Outcome]) -> tuple[Outcome, ...]:
    by_test = {outcome.test: outcome for outcome in newer}
    return tuple(by_test.get(outcome.test, outcome) for outcome in outcomes)
