"""Does plausibility tell right code from wrong: across tasks, and among samples of one task?

Across tasks a score separates easy tasks from hard ones, and that alone can look like telling right from wrong. Within
a task nothing but the samples differs. The gap between the two is what the difficulty of tasks contributes.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evalkit.statistics.grouping import grouped
from evalkit.statistics.intervals import UNDEFINED, Interval, clustered_ratio, from_variance, student
from evalkit.statistics.scores import LOWER_IS_PLAUSIBLE, SCORES

Floats = NDArray[np.float64]


class _Part(NamedTuple):
    """An estimate, each task's part in its variance, and how many tasks have one."""

    estimate: float
    influence: Floats
    clusters: int


class Discrimination(NamedTuple):
    """The two areas and how much the pooled one is larger, each with a 95 % interval with tasks as clusters."""

    within: Interval
    pooled: Interval
    gap: Interval


def auroc(scores: ArrayLike, passed: ArrayLike, tasks: ArrayLike) -> Discrimination:
    """P(score of a passing sample > score of a failing one), ties counting one half, within tasks and pooled.

    within: sum over tasks of the pairs (one passing, one failing sample of the same task) that the score puts in the
    right order, divided by the number of such pairs; tasks where all samples agree have none. pooled: the same over all
    pairs (Hanley & McNeil 1982, Radiology 143). Variances are linearised per task: of a ratio of sums for `within`, of
    a two-sample U-statistic with clustered data for `pooled` (Obuchowski 1997, Biometrics 53, 567-578), and of the
    difference of both for the gap. NaN scores are left out; NaN where there are no pairs. With normal scores
    whose means differ by d' standard deviations the area is Phi(d' / sqrt 2): 0.500, 0.760, 0.921 for d' = 0, 1, 2.
    """
    frame = _frame(scores, passed, tasks)
    number = int(frame["task"].max()) + 1 if len(frame) else 0
    within, pooled = _within(frame, number), _pooled(frame, number)
    return Discrimination(_interval(within), _interval(pooled), _difference(pooled, within))


def overconfident(scores: ArrayLike, passed: ArrayLike, tasks: ArrayLike) -> tuple[Interval, Interval]:
    """Share of failing samples that score above the median passing sample: of the same task, and of all tasks.

    A score at the median counts one half. 0.5: failing code looks exactly as good as passing code. With normal scores
    that are d' standard deviations lower it tends to Phi(-d'): .159 for d' = 1. Tasks without a passing or without a
    failing sample say nothing. 95 % intervals with tasks as clusters.
    """
    frame = _frame(scores, passed, tasks)
    passing = frame["score"].where(frame["passed"])
    medians = passing.groupby(frame["task"]).transform("median")
    return _above(frame, medians), _above(frame, pd.Series(passing.median(), index=frame.index))


def discrimination_table(samples: pd.DataFrame, by: Sequence[str] = (), scores: Sequence[str] = SCORES) -> pd.DataFrame:
    """`auroc` and `overconfident` of each score, in each group of `by`.

    `samples` has task_id, scored, passed and the columns of scores (see `plausibility_scores`); scores of which lower
    is more plausible are turned round. Only scored samples count.

    Columns: those of `by`, score, samples, failing, tasks, mixed (tasks with passing and failing samples: only these
    say something within), and for each of auroc_within, auroc_pooled, gap, overconfident_within, overconfident_pooled
    the estimate under that name and its bounds under the name with _low and _high.
    """
    rows = []
    for heads, members in grouped(samples[samples["scored"].to_numpy(dtype=bool)], by):
        for score in scores:
            known = members[members[score].notna().to_numpy()]
            values = known[score].to_numpy(dtype=float) * (-1 if score in LOWER_IS_PLAUSIBLE else 1)
            rows.append({**heads, "score": score, **_counts(known), **_measures(values, known)})
    return pd.DataFrame(rows)


def _counts(known: pd.DataFrame) -> dict[str, int]:
    shares = known.groupby("task_id", sort=False)["passed"].mean()
    mixed = int(shares.between(0, 1, inclusive="neither").sum())
    return {"samples": len(known), "failing": int((~known["passed"]).sum()), "tasks": len(shares), "mixed": mixed}


def _measures(values: Floats, known: pd.DataFrame) -> dict[str, float]:
    passed, tasks = known["passed"].to_numpy(dtype=bool), known["task_id"]
    within, pooled, gap = auroc(values, passed, tasks)
    above, above_all = overconfident(values, passed, tasks)
    names = ("auroc_within", "auroc_pooled", "gap", "overconfident_within", "overconfident_pooled")
    row: dict[str, float] = {}
    for name, interval in zip(names, (within, pooled, gap, above, above_all), strict=True):
        row |= {name: interval.estimate, f"{name}_low": interval.low, f"{name}_high": interval.high}
    return row


def _frame(scores: ArrayLike, passed: ArrayLike, tasks: ArrayLike) -> pd.DataFrame:
    numbers = pd.factorize(np.asarray(tasks) if not isinstance(tasks, pd.Series) else tasks)[0]
    columns = {"score": np.asarray(scores, dtype=float), "passed": np.asarray(passed, dtype=bool), "task": numbers}
    frame = pd.DataFrame(columns)
    return frame[frame["score"].notna()]


def _within(frame: pd.DataFrame, number: int) -> _Part:
    ranks = frame.groupby("task")["score"].rank().to_numpy()
    task, passed = frame["task"].to_numpy(), frame["passed"].to_numpy()
    passing = np.bincount(task, passed, minlength=number)
    pairs = passing * (np.bincount(task, minlength=number) - passing)
    ordered = np.bincount(task, ranks * passed, minlength=number) - passing * (passing + 1) / 2
    total = pairs.sum()
    if not total:
        return _Part(math.nan, np.zeros(number), 0)
    estimate = float((ordered * (pairs > 0)).sum() / total)
    influence = np.where(pairs > 0, ordered - estimate * pairs, 0) / total
    return _Part(estimate, influence, int((pairs > 0).sum()))


def _pooled(frame: pd.DataFrame, number: int) -> _Part:
    """Each sample's placement among those of the other outcome; their deviations, summed per task."""
    task, passed = frame["task"].to_numpy(), frame["passed"].to_numpy()
    passing, failing = int(passed.sum()), int((~passed).sum())
    if not passing or not failing:
        return _Part(math.nan, np.zeros(number), 0)
    among_own = frame.groupby("passed")["score"].rank().to_numpy()
    below = frame["score"].rank().to_numpy() - among_own
    placement = np.where(passed, below / failing, 1 - below / passing)
    estimate = float(placement[passed].mean())
    share = (placement - estimate) / np.where(passed, passing, failing)
    return _Part(estimate, np.bincount(task, share, minlength=number).astype(float), len(np.unique(task)))


def _variance(influence: Floats, clusters: int) -> float:
    return clusters / (clusters - 1) * float((influence**2).sum())


def _interval(part: _Part) -> Interval:
    if math.isnan(part.estimate):
        return UNDEFINED
    variance = _variance(part.influence, part.clusters) if part.clusters > 1 else 0.0
    return from_variance(part.estimate, variance, part.clusters)


def _difference(first: _Part, second: _Part) -> Interval:
    """Tasks without pairs say nothing of the area within, so that the smaller number of tasks counts."""
    estimate, clusters = first.estimate - second.estimate, min(first.clusters, second.clusters)
    if math.isnan(estimate) or clusters < 2:
        return Interval(estimate, math.nan, math.nan)
    half = student(clusters - 1) * math.sqrt(_variance(first.influence - second.influence, clusters))
    return Interval(estimate, estimate - half, estimate + half)


def _above(frame: pd.DataFrame, level: pd.Series) -> Interval:
    counted = frame[~frame["passed"] & level.notna()]
    higher = (np.sign(counted["score"].to_numpy() - level[counted.index].to_numpy()) + 1) / 2
    return clustered_ratio(np.bincount(counted["task"], higher), np.bincount(counted["task"]))
