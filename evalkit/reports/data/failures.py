"""Why samples fail, over all cells."""

import pandas as pd

from evalkit.reports.data.lacking import Lacking
from evalkit.reports.formatting import interval
from evalkit.reports.summary import Summary
from evalkit.statistics import failure_table


def kinds(summary: Summary) -> pd.DataFrame:
    """failure, samples, truncated, estimate (share of the scored samples), low, high, told; the most frequent first."""
    if not summary.total("scored"):
        raise Lacking("Without scored samples there are no failures to count.")
    rows = failure_table(summary.results, summary.outcomes, by=())
    if rows.empty:
        raise Lacking("No sample failed.")
    rows = rows.sort_values("samples", ascending=False, kind="stable", ignore_index=True)
    rows["told"] = [
        f"{row['failure']}: {interval(row['estimate'], row['low'], row['high'])} of the scored samples "
        f"({row['samples']:,} samples, {row['truncated']:,} of them cut off)"
        for row in rows.to_dict("records")
    ]
    return rows.drop(columns="scored")
