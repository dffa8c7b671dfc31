"""How much verdicts vary by themselves: the same code executed again, against other samples of the same task."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evalkit.results import Results
from evalkit.statistics.grouping import grouped
from evalkit.statistics.intervals import mean_interval
from evalkit.statistics.numbering import sample_numbers
from evalkit.statistics.outcomes import CELL
from evalkit.types import Status


def variance_table(results: Results, outcomes: pd.DataFrame, by: Sequence[str] = tuple(CELL)) -> pd.DataFrame:
    """Execution variance and sampling variance of passing, apart; for runs with --repeat-verdicts.

    A random-effects analysis of variance with samples as groups (Searle, Casella & McCulloch 1992, Variance Components,
    section 3.6). execution: the variance of passing over executions of identical code, unbiased, mean over samples.
    sampling: the variance between samples of a task of their share of passing executions, less what execution adds to
    it; unbiased, so that it may be negative. Both are means over tasks that have two or more samples.

    Columns: those of `by`, tasks, samples, executions (of each sample, at least), flipped (share of the samples whose
    executions disagree), execution and sampling, each with its bounds under the name with _low and _high (Student's
    95 % intervals over tasks). Samples that some execution left unscored do not count.
    """
    passes = _passes(results, outcomes)
    keys = list(dict.fromkeys([*by, "task_id"]))
    tasks = pd.DataFrame([{**heads, **_of_task(members)} for heads, members in grouped(passes, keys)])
    rows = []
    for heads, members in grouped(tasks, by) if len(tasks) else ():
        counts = {"tasks": len(members), "samples": members["samples"].sum(), "executions": members["executions"].min()}
        flipped = float((members["flipped"] * members["samples"]).sum() / members["samples"].sum())
        row = {**heads, **counts, "flipped": flipped}
        for name in ("execution", "sampling"):
            mean, low, high = mean_interval(members[name])
            row |= {name: mean, f"{name}_low": low, f"{name}_high": high}
        rows.append(row)
    return pd.DataFrame(rows)


def _passes(results: Results, outcomes: pd.DataFrame) -> pd.DataFrame:
    """One row per scored sample that was executed again: its names, executions, passed (of them)."""
    repeats = results.repeats()
    numbers = sample_numbers(results.samples, repeats)
    status = repeats["status"].astype(str)
    marked = pd.DataFrame({"sample": numbers, "repetition": repeats["repetition"].to_numpy(dtype=int)})
    marked["missed"] = status.ne(Status.PASSED.value).to_numpy(dtype=bool)
    marked["unscored"] = status.eq(Status.UNSCORED.value).to_numpy(dtype=bool)
    each = marked[marked["sample"].ge(0)].groupby(["sample", "repetition"])[["missed", "unscored"]].any()
    whole = each.assign(passed=~each["missed"]).groupby("sample").agg({"passed": ["size", "sum"], "unscored": "any"})
    at = whole.index.to_numpy()
    found = outcomes.iloc[at][["task_id", *CELL, "scored"]].reset_index(drop=True)
    found["executions"] = whole["passed", "size"].to_numpy() + 1
    found["passed"] = whole["passed", "sum"].to_numpy() + outcomes["passed"].to_numpy()[at]
    kept: pd.DataFrame = found[found["scored"].to_numpy(dtype=bool) & ~whole["unscored", "any"].to_numpy(dtype=bool)]
    return kept


def _of_task(members: pd.DataFrame) -> dict[str, float]:
    executions, passed = members["executions"].to_numpy(dtype=float), members["passed"].to_numpy(dtype=float)
    share = passed / executions
    within = executions / (executions - 1) * share * (1 - share)
    execution = float(within.mean())
    between = float(share.var(ddof=1)) if len(share) > 1 else np.nan
    sampling = between - float((within / executions).mean())
    several = len(share) > 1
    counts = {"samples": len(share), "executions": executions.min(), "flipped": float((share % 1 > 0).mean())}
    return {**counts, "execution": execution if several else np.nan, "sampling": sampling}
