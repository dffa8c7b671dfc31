"""Runs against a first one, or levels of a factor against one of them: differences, flipped tasks, what was changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.comparison.flips import Flip, flipped
from evalkit.comparison.matching import COLUMNS, level_text, match_cells
from evalkit.comparison.robust import Robustness, robustness
from evalkit.comparison.settings import (
    Difference,
    changed_facts,
    differences,
    quarantine_difference,
    refuse_unless_allowed,
)
from evalkit.comparison.sides import Side, load_sides
from evalkit.errors import NotComparable
from evalkit.paths import AnyPath
from evalkit.results import load
from evalkit.statistics import Comparison, adjusted, compare, paired_rates, sample_outcomes
from evalkit.statistics.outcomes import CELL

SIDE = "side"  # the column that tells two runs apart
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Contrast:
    """`second` less `first`. `changed` says what differs on purpose, `allowed` what differs and should not."""

    first: str
    second: str
    comparison: Comparison
    p_adjusted: float
    changed: tuple[str, ...]
    allowed: tuple[Difference, ...]
    gained: int
    lost: int
    flips: tuple[Flip, ...]
    left_out: int  # tasks that only one side has scored samples of, or that are not the same on both
    left_out_cells: int  # cells that only one side has
    unscored: tuple[int, int]  # samples of each side that are not scored: no number counts them

    @property
    def finding(self) -> str:
        """better, worse, undecided (no difference shown), or undefined (nothing to compare)."""
        if not self.p_adjusted <= SIGNIFICANT:
            return "undefined" if self.p_adjusted != self.p_adjusted else "undecided"
        return "better" if self.comparison.difference > 0 else "worse"


@dataclass(frozen=True, slots=True)
class Report:
    """All contrasts of one comparison; `correction` is how their p values were adjusted for their number.

    `robust` is the worst level of each task, where levels are wordings of the same task.
    """

    reference: str
    factor: str | None
    correction: str
    contrasts: tuple[Contrast, ...]
    robust: tuple[Robustness, ...] = ()


def compare_runs(paths: Sequence[AnyPath], allowed: Sequence[str] = ()) -> Report:
    """Every further run against the first one, adjusted by Holm.

    Raises NotComparable when settings that should be equal are not and their kind is not allowed, RunDirectoryError
    when a run cannot be read.
    """
    first, *others = load_sides(paths)
    found = [_differences(first, other, allowed) for other in others]  # all are checked before any is computed
    prepared = [_Pair.of_runs(first, other, each) for other, each in zip(others, found, strict=True)]
    return Report(first.name, None, "holm", _contrasts(prepared, "holm"))


def compare_levels(paths: Sequence[AnyPath], factor: str, reference: str | None, allowed: Sequence[str] = ()) -> Report:
    """Every other level of a factor (as experiments name it) against `reference`, else against the first level.

    The other factors are held fixed; adjusted by Benjamini and Hochberg. Raises NotComparable when there are fewer than
    two levels, or no such reference.
    """
    results = load(paths)
    for run in results.runs[1:]:
        found = differences(results.manifest, run.manifest)
        found = [each for each in found if each.setting != factor]
        refuse_unless_allowed(found, allowed, str(results.path), str(run.path))
    outcomes, column = sample_outcomes(results), COLUMNS.get(factor, factor)
    sides = {level_text(level): outcomes[outcomes[column].eq(level)] for level in outcomes[column].unique()}
    first = _reference(tuple(sides), factor, reference)
    named = {name: Side(name, results, rows) for name, rows in sides.items()}
    within = tuple(name for name in CELL if name != column)
    pairs = [_Pair(named[first], named[name], within) for name in sides if name != first]
    return Report(first, factor, "fdr_bh", _contrasts(pairs, "fdr_bh"), robustness(outcomes, column, first))


def _reference(levels: tuple[str, ...], factor: str, reference: str | None) -> str:
    if reference is not None and reference not in levels:
        raise NotComparable(f"No sample has the {factor} {reference!r}; there are: {', '.join(levels) or 'none'}.")
    if len(levels) < 2:
        have = f"all have {levels[0]!r}" if levels else "there are no samples"
        raise NotComparable(f"There are no two levels of {factor} to compare: {have}. Draw a run with several.")
    return reference or levels[0]


@dataclass(frozen=True, eq=False)
class _Pair:
    first: Side
    second: Side
    within: tuple[str, ...]
    changed: tuple[str, ...] = ()
    allowed: tuple[Difference, ...] = ()

    @classmethod
    def of_runs(cls, first: Side, second: Side, found: tuple[Difference, ...]) -> "_Pair":
        """Only tasks that are the same in both, by their hashes, are compared."""
        both = first.task_hashes.items() & second.task_hashes.items()
        tasks = [task_id for task_id, _ in both]
        first, second = (replace(each, outcomes=_of_tasks(each.outcomes, tasks)) for each in (first, second))
        matching = match_cells(first.outcomes, second.outcomes, (first.name, second.name))
        changed = (*matching.told, *changed_facts(first.results.manifest, second.results.manifest))
        return cls(first, second, matching.within, changed, found)

    @property
    def frame(self) -> pd.DataFrame:
        """Both sides' outcomes as one table, told apart by their position: two runs may have one name."""
        return pd.concat([self.first.outcomes.assign(side=0), self.second.outcomes.assign(side=1)], ignore_index=True)


def _contrasts(pairs: Sequence[_Pair], correction: str) -> tuple[Contrast, ...]:
    found = [compare(pair.frame, SIDE, 0, 1, within=pair.within) for pair in pairs]
    p = adjusted([each.p for each in found], correction)
    return tuple(_contrast(*each) for each in zip(pairs, found, map(float, p), strict=True))


def _contrast(pair: _Pair, found: Comparison, p_adjusted: float) -> Contrast:
    rates = paired_rates(pair.frame, SIDE, 0, 1, pair.within)
    known = {*pair.first.task_hashes, *pair.second.task_hashes}
    return Contrast(
        pair.first.name,
        pair.second.name,
        found,
        p_adjusted,
        pair.changed,
        pair.allowed,
        gained=int(rates["after"].gt(rates["before"]).sum()),
        lost=int(rates["after"].lt(rates["before"]).sum()),
        flips=flipped(*_in_common(pair), rates),
        left_out=len(known) - len(rates),
        unscored=(_unscored(pair.first), _unscored(pair.second)),
        left_out_cells=len(_cells(pair.first, pair.within) ^ _cells(pair.second, pair.within)),
    )


def _unscored(side: Side) -> int:
    return int((~side.outcomes["scored"]).sum())


def _cells(side: Side, within: Sequence[str]) -> set[tuple[object, ...]]:
    return set(side.outcomes[list(within)].drop_duplicates().itertuples(index=False, name=None))


def _in_common(pair: _Pair) -> tuple[Side, Side]:
    """Both sides with the samples of tasks and cells that both have scored samples of: what rates were made of."""
    names = ["task_id", *pair.within]
    first, second = (pd.MultiIndex.from_frame(side.outcomes[names]) for side in (pair.first, pair.second))
    shared = first[pair.first.outcomes["scored"]].intersection(second[pair.second.outcomes["scored"]])
    return _only(pair.first, first.isin(shared)), _only(pair.second, second.isin(shared))


def _only(side: Side, rows: NDArray[np.bool_]) -> Side:
    return replace(side, outcomes=side.outcomes[rows])


def _differences(first: Side, second: Side, allowed: Sequence[str]) -> tuple[Difference, ...]:
    found = [each for old in first.manifests for new in second.manifests for each in differences(old, new)]
    found += quarantine_difference(first.results.quarantined, second.results.quarantined)
    refuse_unless_allowed(found, allowed, first.name, second.name)
    return tuple(found)


def _of_tasks(outcomes: pd.DataFrame, tasks: Sequence[str]) -> pd.DataFrame:
    return outcomes[outcomes["task_id"].isin(tasks)]
