"""Minimal pairs: does the model find known-wrong code more likely than the reference?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evalkit.statistics.grouping import grouped
from evalkit.statistics.intervals import clustered_ratio

TOP = 3


def bug_preference(pairs: pd.DataFrame, by: Sequence[str] = (), measure: str = "sum_logprob") -> pd.DataFrame:
    """Share of pairs of which the known-wrong code is the more likely one; ties count one half.

    `pairs` has one row per reference and known-wrong solution: task_id, reference_<measure> and wrong_<measure>.
    sum_logprob compares what the model would say the whole text's chance is, as in minimal pairs of grammar (Warstadt
    et al. 2020, BLiMP, arXiv:1912.00582, section 4); it favours short code, and code that leaves a guard out is short.
    mean_logprob is per token. With the labels exchanged the rate is one less this one; of identical texts it is .5.

    Columns: those of `by`, pairs, tasks, estimate, low, high (95 %, tasks as clusters).
    """
    gap = pairs[f"wrong_{measure}"].to_numpy(dtype=float) - pairs[f"reference_{measure}"].to_numpy(dtype=float)
    marked = pairs.assign(preferred=(np.sign(gap) + 1) / 2)
    rows = []
    for heads, members in grouped(marked, by):
        tasks = members.groupby("task_id", sort=False)["preferred"].agg(["sum", "size"])
        interval = clustered_ratio(tasks["sum"], tasks["size"])
        rows.append({**heads, "pairs": len(members), "tasks": len(tasks), **interval._asdict()})
    return pd.DataFrame(rows, columns=[*by, "pairs", "tasks", "estimate", "low", "high"])


def omission_table(guards: pd.DataFrame, by: Sequence[str] = ("omitted",), top: int = TOP) -> pd.DataFrame:
    """How near the model was to writing the guards of the references: rank and probability of the guard's first token.

    `guards` has one row per guard: task_id, keyword, rank (from 1), probability, omitted (whether a known-wrong
    solution does without it).

    Columns: those of `by`, guards, tasks, median_rank, mean_probability, estimate, low, high: the share of guards whose
    token is among the `top` most likely ones (95 %, tasks as clusters).
    """
    rows = []
    for heads, members in grouped(guards, by):
        near = members["rank"].le(top).groupby(members["task_id"], sort=False).agg(["sum", "size"])
        middle = {"median_rank": members["rank"].median(), "mean_probability": members["probability"].mean()}
        interval = clustered_ratio(near["sum"], near["size"])
        rows.append({**heads, "guards": len(members), "tasks": len(near), **middle, **interval._asdict()})
    columns = [*by, "guards", "tasks", "median_rank", "mean_probability", "estimate", "low", "high"]
    return pd.DataFrame(rows, columns=columns)
