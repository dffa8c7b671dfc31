"""One metric over the runs of a suite, a model and a prompt style, and which steps are changes for sure."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evalkit.errors import NotComparable
from evalkit.gate.baseline import Baseline, CellCounts, Counts
from evalkit.gate.metrics import Metric, metric_of
from evalkit.gate.pairing import pair_up
from evalkit.gate.values import paired_values
from evalkit.history.found import Recorded
from evalkit.statistics import adjusted, clustered_ratio, sign_flip

SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Point:
    """A run in a series. `difference` to the run before over the tasks both have, NaN where there is none; `p` is
    two-sided, adjusted for all steps of all series. `note` says what else differs from the run before."""

    run: str
    created: str
    tasks: int
    estimate: float
    low: float
    high: float
    difference: float = math.nan
    p: float = math.nan
    note: str = ""

    @property
    def mark(self) -> str:
        """'better' or 'worse' where the step is a change for sure, else ''."""
        if not self.p <= SIGNIFICANT:
            return ""
        return "better" if self.difference > 0 else "worse"


@dataclass(frozen=True, slots=True)
class Series:
    """The runs of one suite, model and prompt style, the oldest first."""

    suite: str
    model: str
    prompt: str
    metric: str
    points: tuple[Point, ...]

    @property
    def name(self) -> str:
        """'starter, tiny, chat: pass@1'."""
        return f"{self.suite}, {self.model}, {self.prompt}: {self.metric}"


def trends(runs: Sequence[Recorded], metrics: Sequence[str] = ("pass@1",)) -> list[Series]:
    """One series for each metric and each suite, model and prompt style; p adjusted by Benjamini and Hochberg.

    Raises ConfigError for an unknown metric.
    """
    wanted = [metric_of(name) for name in dict.fromkeys(metrics)]
    groups: dict[tuple[str, str, str], list[tuple[Recorded, Baseline]]] = {}
    for run in runs:
        for key, part in _parts(run.counts):
            groups.setdefault(key, []).append((run, part))
    found = [_series(key, metric, parts) for key, parts in sorted(groups.items()) for metric in wanted]
    return _adjusted([each for each in found if each.points])


def _parts(counts: Baseline) -> Iterator[tuple[tuple[str, str, str], Baseline]]:
    """A run's cells by model and prompt style."""
    cells: dict[tuple[str, str], list[CellCounts]] = {}
    for cell in counts.cells:
        cells.setdefault((cell.model, cell.prompt), []).append(cell)
    for (model, prompt), members in cells.items():
        yield (counts.suite.name, model, prompt), counts.model_copy(update={"cells": tuple(members)})


def _series(key: tuple[str, str, str], metric: Metric, parts: Sequence[tuple[Recorded, Baseline]]) -> Series:
    points, before = [], None
    for run, part in parts:
        point = _point(run, part, metric)
        if math.isnan(point.estimate):
            continue
        points.append(point if before is None else _step(point, before, part, metric))
        before = part
    return Series(*key, metric.name, tuple(points))


def _point(run: Recorded, part: Baseline, metric: Metric) -> Point:
    tasks: dict[str, list[Counts]] = {}
    for cell in part.cells:
        for task_id, counts in cell.tasks.items():
            tasks.setdefault(task_id, []).append(counts)
    values = [known.mean() for each in tasks.values() if len(known := _known(metric.of(each)))]
    scored = sum(counts.scored for each in tasks.values() for counts in each)
    estimate, low, high = clustered_ratio(values, np.ones(len(values)), count=scored)
    return Point(run.name, run.created, len(values), estimate, low, high)


def _known(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return values[~np.isnan(values)]


def _step(point: Point, before: Baseline, after: Baseline, metric: Metric) -> Point:
    note = "" if before.suite == after.suite else "the suite has changed"
    if not note and before.settings != after.settings:
        changed = [key for key in {**before.settings, **after.settings} if _differs(key, before, after)]
        note = f"other {', '.join(key.partition(': ')[2] for key in changed)}"
    try:
        found = paired_values(metric, pair_up(before, after).pairs)
    except NotComparable:
        found = None
    if found is None:
        return replace(point, note=f"{note}; nothing in common with the run before".removeprefix("; "))
    differences = found.after - found.before
    return replace(point, difference=float(differences.mean()), p=sign_flip(differences), note=note)


def _differs(key: str, before: Baseline, after: Baseline) -> bool:
    return before.settings.get(key) != after.settings.get(key)


def _adjusted(found: Sequence[Series]) -> list[Series]:
    p = iter(adjusted([point.p for each in found for point in each.points], "fdr_bh").tolist())
    return [replace(each, points=tuple(replace(point, p=next(p)) for point in each.points)) for each in found]
