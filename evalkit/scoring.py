"""From a sample to one verdict per test of its task."""

from collections.abc import Sequence

from evalkit.types import Job, Judge, Outcome, Sample, Status, Task, Verdict


def score(sample: Sample, task: Task, judge: Judge) -> tuple[Verdict, ...]:
    """Run every test of `task` against the sample's solution.

    `task` is the task as the model saw it, identifier style applied. A sample without a solution gets `no_solution`
    for every test. Raises SandboxFailed when the sandbox broke, which says nothing about the sample.
    """
    job = job_of(sample, task)
    if job is None:
        reason = sample.extraction.cuts[-1] if sample.extraction.cuts else "no solution in the completion"
        return _verdicts(sample, task, [Outcome(test.name, Status.NO_SOLUTION, reason) for test in task.tests])
    return _verdicts(sample, task, judge.judge(job))


def job_of(sample: Sample, task: Task) -> Job | None:
    """What `score` asks the judge; None for a sample without a solution."""
    solution = sample.extraction.solution
    if solution is None:
        return None
    plan = tuple(test.name for test in task.tests)
    return Job(solution, task.entry_point, task.tests_source, plan, judging=task.judging, packages=task.packages)


def _verdicts(sample: Sample, task: Task, outcomes: Sequence[Outcome]) -> tuple[Verdict, ...]:
    return tuple(
        Verdict(sample.key, test.name, test.requirement, test.example, outcome.status, outcome.message)
        for test, outcome in zip(task.tests, outcomes, strict=True)
    )
