"""What the model's confidence is worth: histograms, reliability, and what passes among the most confident."""

import numpy as np
import pandas as pd

from evalkit.reports.data.lacking import Lacking
from evalkit.reports.formatting import interval, percent
from evalkit.reports.summary import Summary
from evalkit.statistics import predicted, reliability_table, risk_coverage

SCORE = "mean_logprob"
BINS = 24


def histogram(summary: Summary) -> pd.DataFrame:
    """outcome (passed, failed), from, to (mean log-probability per code token), share of its outcome, samples, told."""
    known = _known(summary)
    values, passed = known[SCORE].to_numpy(dtype=float), known["passed"].to_numpy(dtype=bool)
    low = float(np.quantile(values, 0.01))  # a few very improbable samples must not squeeze all others
    top = float(values.max())
    edges = np.linspace(min(low, top - 1e-3), top, BINS + 1)
    rows: list[dict[str, object]] = []
    for outcome, mask in (("passed", passed), ("failed", ~passed)):
        counted = np.histogram(np.clip(values[mask], edges[0], edges[-1]), edges)[0]
        total = max(1, int(mask.sum()))
        for at, number in enumerate(counted.tolist()):
            bounds = {"from": float(edges[at]), "to": float(edges[at + 1])}
            told = f"{number} of {int(mask.sum())} {outcome} samples between {edges[at]:.2f} and {edges[at + 1]:.2f}"
            rows.append({"outcome": outcome, **bounds, "share": number / total, "samples": number, "told": told})
    return pd.DataFrame(rows)


def reliability(summary: Summary) -> pd.DataFrame:
    """chance (mean in its bin), estimate (share that passed), low, high, samples, told."""
    rows = reliability_table(predicted(_known(summary), SCORE))
    if rows.empty:
        raise Lacking("Chances can be fitted from five tasks on, and only where some samples pass and some fail.")
    frame = rows.rename(columns={"from": "bin"})[["chance", "estimate", "low", "high", "samples"]].astype(float)
    frame["told"] = [
        f"said {percent(row['chance'])} %, passed {interval(row['estimate'], row['low'], row['high'])}, "
        f"{row['samples']:.0f} samples"
        for row in frame.to_dict("records")
    ]
    return frame


def risk_and_coverage(summary: Summary) -> pd.DataFrame:
    """coverage (share of samples accepted, the most confident first), estimate (share of them that passes), low, high,
    samples, told."""
    known = _known(summary)
    frame = risk_coverage(known[SCORE], known["passed"], known["task_id"])
    frame["told"] = [
        f"the most confident {percent(row['coverage'])} %: {interval(row['estimate'], row['low'], row['high'])} pass"
        for row in frame.to_dict("records")
    ]
    return frame


def _known(summary: Summary) -> pd.DataFrame:
    """Scored samples with a score."""
    if not summary.total("scored"):
        raise Lacking("Without scored samples, confidence cannot be held against what came true.")
    rows = summary.scored
    rows = rows[rows[SCORE].notna().to_numpy()] if SCORE in rows else rows.iloc[:0]
    if rows.empty:
        raise Lacking("The samples have no log-probabilities: they were not drawn by this program.")
    return rows
