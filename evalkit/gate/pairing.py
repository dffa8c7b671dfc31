"""Which counts of a baseline and a run belong together, and what only the baseline has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evalkit.comparison.matching import FACTORS, match_cells
from evalkit.errors import NotComparable
from evalkit.gate.baseline import Baseline, CellCounts, Counts


@dataclass(frozen=True, slots=True)
class Pair:
    """One task in one cell; `cell` is the run's."""

    task_id: str
    cell: CellCounts
    before: Counts
    after: Counts

    @property
    def single(self) -> bool:
        """Whether each side is one draw: a single sample, or greedy ones, which repeat each other."""
        return self.cell.temperature == 0 or (self.before.scored == 1 and self.after.scored == 1)

    def level(self, factor: str) -> Any:
        """The level of a factor, as experiments name it."""
        return getattr(self.cell, factor)


@dataclass(frozen=True, slots=True)
class Pairing:
    """`missing`: tasks of the baseline, by cell, that the run does not have though its suite does. `left_out`: tasks of
    the baseline that are not in the run's suite, or not the same there."""

    pairs: tuple[Pair, ...]
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    left_out: int
    extra: int  # cells of the run that the baseline does not have

    def by_task(self) -> dict[str, tuple[Counts, Counts]]:
        """task id -> counts of the baseline and of the run, over all cells."""
        names = dict.fromkeys(pair.task_id for pair in self.pairs)
        grouped = {name: [pair for pair in self.pairs if pair.task_id == name] for name in names}
        return {
            name: (total([pair.before for pair in pairs]), total([pair.after for pair in pairs]))
            for name, pairs in grouped.items()
        }


def pair_up(baseline: Baseline, run: Baseline) -> Pairing:
    """Raises NotComparable when nothing is in both. A factor with one level on each side may have changed."""
    matching = match_cells(_levels(baseline.cells), _levels(run.cells), ("The baseline", "the run"))
    within = [FACTORS[column] for column in matching.within]
    theirs = {_key(cell, within): cell for cell in run.cells}
    if baseline.suite == run.suite:
        same = set(baseline.tasks)
    else:
        same = {task for task, known in baseline.tasks.items() if run.tasks.get(task) == known}
    pairs, missing = [], []
    for cell in baseline.cells:
        other = theirs.get(_key(cell, within))
        there = other.tasks if other else {}
        pairs += [Pair(task, other, cell.tasks[task], there[task]) for task in cell.tasks if other and task in there]
        missing += [f"{task} ({_told(cell)})" for task in cell.tasks if task in same and task not in there]
    pairs = [pair for pair in pairs if pair.task_id in same]
    if not pairs:
        raise NotComparable("The baseline and the run have no task and cell in common. Write a new baseline.")
    extra = len(theirs.keys() - {_key(cell, within) for cell in baseline.cells})
    return Pairing(tuple(pairs), tuple(matching.told), tuple(missing), len(baseline.tasks) - len(same), extra)


def total(counts: Sequence[Counts]) -> Counts:
    """Counts of one task in several cells added up."""
    names = sorted({name for each in counts for name in each.met})
    return Counts(
        samples=sum(each.samples for each in counts),
        unscored=sum(each.unscored for each in counts),
        no_code=sum(each.no_code for each in counts),
        passed=sum(each.passed for each in counts),
        met={name: sum(each.met.get(name, 0) for each in counts) for name in names},
    )


def _levels(cells: Sequence[CellCounts]) -> pd.DataFrame:
    return pd.DataFrame([cell.levels for cell in cells], columns=list(FACTORS))


def _key(cell: CellCounts, within: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(cell, name) for name in within)


def _told(cell: CellCounts) -> str:
    return f"{cell.model}, temperature {cell.temperature:g}, {cell.identifiers}, {cell.prompt}"


def by_prompt(pairs: Sequence[Pair]) -> Iterator[tuple[str, list[Pair]]]:
    """Pairs by the run's model and prompt style, on which it depends where the code stands."""
    groups: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        groups.setdefault((pair.cell.model, pair.cell.prompt), []).append(pair)
    yield from ((f"{model} with prompt {prompt}", members) for (model, prompt), members in groups.items())
