"""pass@k and pass^k per cell, with the part of their variance that more samples would remove."""

import math
from collections.abc import Callable, Iterable

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
        all_fail = all_fail * np.where(enough, np.maximum(n - c - drawn, 0.0), 0.0) / left
    return np.where(enough, 1.0 - all_fail, np.nan)


def pass_hat_k(samples: ArrayLike, passed: ArrayLike, k: int) -> NDArray[np.float64]:
    """Chance that all of k samples pass (pass^k), unbiased: C(c, k) / C(n, k); NaN where n < k.

    The measure of those who run the model k times and need it right each time (Yao et al. 2024, arXiv:2406.12045,
    section 3.2). Raises ValueError when k < 1.

    >>> round(float(pass_hat_k(5, 4, 2)), 6)
    0.6
    """
    n, c = np.broadcast_arrays(np.asarray(samples, dtype=float), np.asarray(passed, dtype=float))
    return 1.0 - pass_at_k(n, n - c, k)


def within_task_variance(samples: ArrayLike, passed: ArrayLike, k: int) -> NDArray[np.float64]:
    """How much pass@k of one task varies from draw to draw of its n samples, unbiased; NaN where n < 2k.

    f^2 - C(n-c, 2k) / C(n, 2k) with f = C(n-c, k) / C(n, k): the square of the estimate less the unbiased estimate
    of the square, from two disjoint groups of k (the variance of a U-statistic: Hoeffding 1948). With k = 1 it is
    c (n-c) / (n^2 (n-1)). The variance of pass^k is that of pass@k with passing and failing exchanged.

    >>> round(float(within_task_variance(5, 2, 1)), 6)
    0.06
    """
    none_of_k = 1.0 - pass_at_k(samples, passed, k)
    variance = none_of_k**2 - (1.0 - pass_at_k(samples, passed, 2 * k))
    return np.maximum(variance, 0.0)  # rounding alone makes it negative


Estimator = Callable[[ArrayLike, ArrayLike, int], NDArray[np.float64]]


def pass_table(outcomes: pd.DataFrame, ks: Iterable[int], estimator: Estimator = pass_at_k) -> pd.DataFrame:
    """pass@k per cell and k (or pass^k, by `pass_hat_k`): the mean over its tasks, with a 95 % interval between tasks.

    Columns: those of the cell, k, samples (all), scored, tasks (all), tasks_counted (with at least k scored
    samples: only these enter the mean), estimate, low, high, within_variance: the part of the estimate's variance
    that comes from drawing few samples of each task (NaN where a task has fewer than 2k). NaN when no task has k
    scored samples.
    """
    rows = []
    ks = tuple(ks)
    for cell, group in outcomes.groupby(CELL, sort=False):
        scored = group[group["scored"]]
        tasks = scored.groupby("task_id", sort=False)["passed"].agg(["size", "sum"])
        for k in ks:
            values = estimator(tasks["size"], tasks["sum"], k)
            values = values[~np.isnan(values)]
            sizes = {"samples": len(group), "scored": len(scored), "tasks": group["task_id"].nunique()}
            interval = clustered_ratio(values, np.ones(len(values)), count=len(scored))
            counted = {"k": k, **sizes, "tasks_counted": len(values), "within_variance": _within(tasks, k, estimator)}
            rows.append({**dict(zip(CELL, cell, strict=True)), **counted, **interval._asdict()})
    columns = [*CELL, "k", "samples", "scored", "tasks", "tasks_counted", "estimate", "low", "high", "within_variance"]
    return pd.DataFrame(rows, columns=columns)


def _within(tasks: pd.DataFrame, k: int, estimator: Estimator) -> float:
    """The variance of the mean over tasks that is due to the draws within them."""
    counted = tasks[tasks["size"].ge(k)]
    passed = counted["size"] - counted["sum"] if estimator is pass_hat_k else counted["sum"]
    variances = within_task_variance(counted["size"], passed, k)
    return float(variances.sum()) / len(counted) ** 2 if len(counted) else math.nan
