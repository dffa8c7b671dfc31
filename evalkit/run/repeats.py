"""Identical code executed again: which tests are flaky, and how much of the variance is execution's own."""

from collections import Counter
from collections.abc import Callable, Iterable

from evalkit.results import RunDirectory
from evalkit.results.repeats import has_repeats, write_flaky, write_repeats
from evalkit.run.judging import Judged, Judging
from evalkit.run.timing import Calibrations
from evalkit.types import Completion, Extraction, Sample, SampleKey, Sandbox, Status, StopReason, Task, TokenTrace

TaskOf = Callable[[SampleKey], Task]


def repeat_verdicts(
    directory: RunDirectory,
    units: Iterable[int],
    task_of: TaskOf,
    sandbox: Sandbox,
    calibrations: Calibrations,
    repeats: int,
) -> None:
    """Judge every sample until it was judged `repeats` times, and the references of their tasks as often.

    What is there already is kept. A test that a reference fails even once goes into flaky.json and is quarantined: no
    table counts it. Raises SandboxFailed when the sandbox breaks again and again.
    """
    references: dict[tuple[str, str], tuple[SampleKey, Task]] = {}
    with Judging(sandbox, calibrations) as judging:
        for unit in units:
            samples = directory.read_samples(unit)
            for sample in samples:
                key = sample.key
                references.setdefault((key.task_id, key.cell.identifiers), (key, task_of(key)))
            if not has_repeats(directory, unit):
                rows = again(judging, ((sample, task_of(sample.key)) for sample in samples), repeats - 1)
                write_repeats(directory, unit, rows)
        failed = reference_failures(judging, references.values(), repeats)
    write_flaky(directory, repeats, failed)


def reference_failures(
    judging: Judging, references: Iterable[tuple[SampleKey, Task]], repeats: int
) -> dict[tuple[str, str], int]:
    """(task, test) -> how many of so many executions the task's reference failed it; those without a failure not."""
    solutions = [(_reference(key, task), task) for key, task in references]
    return _failures(again(judging, solutions, repeats))


Row = tuple[SampleKey, int, str, Status]


def again(judging: Judging, samples: Iterable[tuple[Sample, Task]], times: int) -> list[Row]:
    """(sample, number of the repetition, test, status) for each of so many more executions, as `samples` come."""
    rows: list[Row] = []
    seen: Counter[SampleKey] = Counter()

    def take(judged: Iterable[Judged]) -> None:
        for sample, verdicts in judged:
            seen[sample.key] += 1
            rows.extend((sample.key, seen[sample.key], each.test, each.status) for each in verdicts)

    places: dict[SampleKey, int] = {}
    for sample, task in samples:
        places[sample.key] = len(places)
        for _ in range(times):
            judging.submit(sample, task)
        take(judging.finished())
    take(judging.drain())
    rows.sort(key=lambda row: (places[row[0]], row[1]))  # whatever was done first: a unit's file depends on it alone
    return rows


def _reference(key: SampleKey, task: Task) -> Sample:
    completion = Completion("", StopReason.EOS, 0, TokenTrace())
    return Sample(key, "", completion, Extraction(task.reference, (), task.reference))


def _failures(rows: list[Row]) -> dict[tuple[str, str], int]:
    """(task, test) -> how many executions of the reference it failed."""
    bad = ((key.task_id, test) for key, _, test, status in rows if status not in (Status.PASSED, Status.UNSCORED))
    return dict(Counter(bad))
