"""Bootstrap over tasks: for measures that have no formula for their variance."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from evalkit.statistics.intervals import LEVEL, Interval

DRAWS = 1000


def bootstrap_tasks(
    frame: pd.DataFrame, statistic: Callable[[pd.DataFrame], float], draws: int = DRAWS, seed: int = 0
) -> Interval:
    """A statistic of `frame` with its 95 % percentile interval when whole tasks are drawn with replacement.

    The cluster bootstrap (Davison & Hinkley 1997, Bootstrap Methods and their Application, section 3.8): all rows of a
    drawn task_id come along, once for each time it is drawn. Draws in which the statistic is NaN are left out; NaN
    bounds with fewer than two tasks. The same frame and seed give the same interval.
    """
    estimate = statistic(frame)
    rows = [np.asarray(each) for each in frame.groupby("task_id", sort=False).indices.values()]
    if len(rows) < 2:
        return Interval(estimate, np.nan, np.nan)
    random = np.random.default_rng(seed)
    values = []
    for _ in range(draws):
        drawn = random.integers(len(rows), size=len(rows))
        values.append(statistic(frame.iloc[np.concatenate([rows[each] for each in drawn])]))
    known = np.array([value for value in values if not np.isnan(value)])
    if not len(known):
        return Interval(estimate, np.nan, np.nan)
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(estimate, float(low), float(high))
