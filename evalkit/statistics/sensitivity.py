"""How much the style of a prompt moves verdicts, beyond what the dice move anyway."""

from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evalkit.statistics.correctness import pass_at_k
from evalkit.statistics.grouping import grouped
from evalkit.statistics.intervals import mean_interval
from evalkit.statistics.outcomes import CELL

Floats = NDArray[np.float64]


def excess_disagreement(samples: ArrayLike, passed: ArrayLike) -> float:
    """Share of pairs of samples from two styles whose verdicts differ, less that of pairs from one style.

    One entry per style of one task. Between styles i and j: (c_i (n_j - c_j) + (n_i - c_i) c_j) / (n_i n_j), the mean
    over pairs of styles; within a style: 2 c (n - c) / (n (n - 1)), the mean over styles. Its expectation is the mean
    over pairs of (p_i - p_j)^2: 0 when styles do not matter, so that it may come out negative. NaN with fewer than two
    styles, or fewer than two samples of a style.

    >>> excess_disagreement([4, 4], [4, 0])
    1.0
    """
    n, c = np.asarray(samples, dtype=float), np.asarray(passed, dtype=float)
    if len(n) < 2 or n.min() < 2:
        return float("nan")
    between = [(c[i] * (n[j] - c[j]) + (n[i] - c[i]) * c[j]) / (n[i] * n[j]) for i, j in combinations(range(len(n)), 2)]
    within = 2 * c * (n - c) / (n * (n - 1))
    return float(np.mean(between) - within.mean())


def style_sensitivity(outcomes: pd.DataFrame, factor: str) -> pd.DataFrame:
    """`excess_disagreement` over the levels of a factor (identifiers, prompt_style...), the other factors held fixed.

    One row per combination of the other factors: those, styles (levels), tasks, estimate, low, high: the mean over
    tasks with Student's 95 % interval. Scored samples only.
    """
    others = [name for name in CELL if name != factor]
    scored = outcomes[outcomes["scored"]]
    rows = []
    for heads, members in grouped(scored, others):
        counts = members.groupby(["task_id", factor], sort=False)["passed"].agg(["size", "sum"])
        tasks = counts.groupby("task_id", sort=False)
        values = [excess_disagreement(each["size"], each["sum"]) for _, each in tasks]
        known = {"styles": members[factor].nunique(), "tasks": int(np.sum(~np.isnan(values)))}
        rows.append({**heads, **known, **mean_interval(values)._asdict()})
    return pd.DataFrame(rows, columns=[*others, "styles", "tasks", "estimate", "low", "high"])


def robust_pass(outcomes: pd.DataFrame, factor: str, nominal: str, k: int = 1) -> pd.DataFrame:
    """Robust pass and robust drop as in ReCode (Wang et al. 2022, arXiv:2212.10264, equations 1 and 2).

    The i-th samples of all styles of a task form one attempt, which passes when all of them do (the worst case):
    RP@k = mean over tasks of 1 - C(n - rc, k) / C(n, k), where rc attempts of n pass. RD@k = (pass@k - RP@k) / pass@k
    with pass@k of the `nominal` style. An attempt counts when the sample of each style is scored.

    One row per combination of the other factors: those, k, tasks, pass, robust_pass with low and high (mean over tasks,
    95 %), drop (NaN where nothing passes).
    """
    others = [name for name in CELL if name != factor]
    rows = []
    for heads, members in grouped(outcomes[outcomes["scored"]], others):
        styles = members[factor].nunique()
        attempts = members.groupby(["task_id", "index"], sort=False)["passed"].agg(["size", "all"])
        whole = attempts[attempts["size"].eq(styles)]["all"].groupby("task_id", sort=False).agg(["size", "sum"])
        first = members[members[factor].eq(nominal)].groupby("task_id", sort=False)["passed"].agg(["size", "sum"])
        usual = float(np.mean(_known(first, k))) if len(_known(first, k)) else float("nan")
        robust = _known(whole, k)
        estimate, low, high = mean_interval(robust)
        drop = (usual - estimate) / usual if usual > 0 else float("nan")
        numbers = {"k": k, "tasks": len(robust), "pass": usual, "robust_pass": estimate, "low": low, "high": high}
        rows.append({**heads, **numbers, "drop": drop})
    return pd.DataFrame(rows)


def _known(tasks: pd.DataFrame, k: int) -> Floats:
    values = pass_at_k(tasks["size"], tasks["sum"], k)
    return values[~np.isnan(values)]
