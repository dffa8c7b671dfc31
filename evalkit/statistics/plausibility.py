"""Plausible but wrong: how often code that looked right breaks a requirement.

Two ways to look right. `examples`: the sample passes every example that its prompt shows.
`confident`: the sample is in the upper half of its cell by mean log-probability per token at T=1.
"""

from collections.abc import Sequence

import pandas as pd

from evalkit.statistics.grouping import grouped
from evalkit.statistics.intervals import clustered_ratio

LOOKS = {"examples": "passed_examples", "confident": "confident"}


def plausible_but_wrong(outcomes: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """P(breaks at least one requirement | looks right), for both looks, in each group of `by` (or overall).

    Columns: those of `by`, looks, samples (that look right: the denominator), broken (of these: the
    numerator), tasks (they come from), estimate, low, high: a 95 % interval with tasks as clusters.
    NaN when no sample looks right.
    """
    rows = []
    for heads, members in grouped(outcomes, by):
        for looks, column in LOOKS.items():
            tasks = members[members[column]].groupby("task_id", sort=False)["broke"].agg(["size", "sum"])
            counts = {"samples": tasks["size"].sum(), "broken": tasks["sum"].sum(), "tasks": len(tasks)}
            interval = clustered_ratio(tasks["sum"], tasks["size"])
            rows.append({**heads, "looks": looks, **counts, **interval._asdict()})
    columns = [*by, "looks", "samples", "broken", "tasks", "estimate", "low", "high"]
    return pd.DataFrame(rows, columns=columns)
