"""pass@k per cell."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evalkit.statistics.intervals import clustered_ratio
from evalkit.statistics.outcomes import CELL


def pass_at_k(samples: ArrayLike, passed: ArrayLike, k: int) -> NDArray[np.float64]:
    """Chance that at least one of k samples passes, unbiased, from n scored samples of which c passed.

    1 - C(n-c, k) / C(n, k), as a product that cannot overflow (Chen et al. 2021, arXiv:2107.03374, equation 1
    and figure 3). Takes whole numbers or arrays of them; NaN where n < k. Raises ValueError when k < 1.

    >>> float(pass_at_k(5, 2, 2))
    0.7
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    n, c = np.broadcast_arrays(np.asarray(samples, dtype=float), np.asarray(passed, dtype=float))
    enough = n >= k
    all_fail = np.ones(n.shape)
    for drawn in range(k):
        left = np.where(enough, n - drawn, 1.0)
        all_fail = all_fail * np.maximum(n - c - drawn, 0.0) / left
    return np.where(enough, 1.0 - all_fail, np.nan)


def pass_table(outcomes: pd.DataFrame, ks: Iterable[int]) -> pd.DataFrame:
    """pass@k per cell and k: the mean over its tasks, with a 95 % interval between tasks.

    Columns: those of the cell, k, samples (all), scored, tasks (all), tasks_counted (with at least k scored
    samples: only these enter the mean), estimate, low, high. NaN when no task has k scored samples.
    """
    rows = []
    ks = tuple(ks)
    for cell, group in outcomes.groupby(CELL, sort=False):
        scored = group[group["scored"]]
        tasks = scored.groupby("task_id", sort=False)["passed"].agg(["size", "sum"])
        for k in ks:
            values = pass_at_k(tasks["size"], tasks["sum"], k)
            values = values[~np.isnan(values)]
            sizes = {"samples": len(group), "scored": len(scored), "tasks": group["task_id"].nunique()}
            interval = clustered_ratio(values, np.ones(len(values)), count=len(scored))
            counted = {"k": k, **sizes, "tasks_counted": len(values)}
            rows.append({**dict(zip(CELL, cell, strict=True)), **counted, **interval._asdict()})
    columns = [*CELL, "k", "samples", "scored", "tasks", "tasks_counted", "estimate", "low", "high"]
    return pd.DataFrame(rows, columns=columns)
