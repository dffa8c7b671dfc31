"""What became of each task: lost, gained or neither, and which requirements are broken more often than before."""

from dataclasses import dataclass

from evalkit.gate.baseline import Counts
from evalkit.gate.check import Gate


@dataclass(frozen=True, slots=True)
class TaskChange:
    """`lost`: at least half of its scored samples passed, and now fewer do; `gained` the other way round.

    `broke`: 'guards in 4 of 5 (1 of 5)' for each requirement that is broken more often than in the baseline.
    """

    task_id: str
    lost: bool
    gained: bool
    unscored: bool
    before: float
    after: float
    passed_before: str
    passed_after: str
    broke: tuple[str, ...]
    breaks: tuple[str, ...]  # every requirement that any sample of the run breaks


def task_changes(gate: Gate) -> list[TaskChange]:
    """One for each task, the largest fall first; among equals by their ids."""
    found = [_change(task_id, before, after) for task_id, (before, after) in gate.tasks.items()]
    return sorted(found, key=lambda each: (each.after - each.before, each.task_id))


def _change(task_id: str, before: Counts, after: Counts) -> TaskChange:
    old, new = (each.passed / each.scored if each.scored else 0.0 for each in (before, after))
    known = bool(before.scored and after.scored)
    return TaskChange(
        task_id,
        lost=known and old >= 0.5 > new,
        gained=known and new >= 0.5 > old,
        unscored=not after.scored,
        before=old,
        after=new,
        passed_before=f"{before.passed} of {before.scored}",
        passed_after=f"{after.passed} of {after.scored}",
        broke=tuple(_broken(before, after)) if known else (),
        breaks=tuple(name for name, met in after.met.items() if met < after.scored),
    )


def _broken(before: Counts, after: Counts) -> list[str]:
    told = []
    for name, met in after.met.items():
        failed, failed_before = after.scored - met, before.scored - before.met.get(name, before.scored)
        if failed * before.scored > failed_before * after.scored:
            told.append(f"{name} in {failed} of {after.scored} ({failed_before} of {before.scored} in the baseline)")
    return told
