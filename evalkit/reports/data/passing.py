"""pass@k: by cell, along the temperature, along the position of the context."""

from collections.abc import Sequence

import pandas as pd

from evalkit.reports.data.lacking import Lacking
from evalkit.reports.formatting import interval
from evalkit.reports.labels import cell_labels, labels_of, level_text
from evalkit.reports.summary import Summary
from evalkit.statistics import pass_table
from evalkit.statistics.outcomes import CELL

SERIES = 4  # lines with bands that can be told apart in one chart
POOLED = "all other settings together"
NOTHING_SCORED = "No sample is scored."


def by_cell(summary: Summary) -> pd.DataFrame:
    """cell, measure (pass@1...), estimate, low, high, tasks, told."""
    if not summary.total("scored"):
        raise Lacking(NOTHING_SCORED)
    rows = summary.passes[summary.passes["estimate"].notna()]
    frame = pd.DataFrame({"cell": cell_labels(summary, rows), "measure": [f"pass@{k}" for k in rows["k"]]})
    return _told(frame, rows, [f"{cell}: {measure}" for cell, measure in frame.to_numpy()])


def by_temperature(summary: Summary) -> pd.DataFrame:
    """temperature, series, estimate, low, high, tasks, told."""
    return _curve(summary, "temperature", [name for name in summary.factors if name != "temperature"])


def by_context(summary: Summary) -> pd.DataFrame:
    """position (start, middle, end), series (how much filler), estimate, low, high, tasks, told."""
    context = [name for name in ("filler_tokens", "retrieval") if name in summary.factors]
    filled = summary.outcomes[summary.outcomes["filler_tokens"].gt(0).to_numpy(dtype=bool)]
    if filled.empty:
        raise Lacking("No prompt has text around its context.")
    return _curve(summary, "context_position", context, filled)


def _curve(summary: Summary, factor: str, others: Sequence[str], outcomes: pd.DataFrame | None = None) -> pd.DataFrame:
    """pass@1 at each level of a factor, a series for each combination of the others; one for all where they are many.

    A single series shows pass@k as well: of samples that are pooled over settings, pass@k would mean something else.
    """
    if not summary.total("scored"):
        raise Lacking(NOTHING_SCORED)
    outcomes = summary.outcomes if outcomes is None else outcomes
    many = outcomes[list(others)].drop_duplicates().shape[0] > SERIES if others else False
    told = [] if many else list(others)
    same = {name: outcomes[name].iloc[0] for name in CELL if name not in (factor, *told)}
    rows = pass_table(outcomes.assign(**same), sorted({1, 1 if others else summary.k}))
    rows = rows[rows["estimate"].notna()].sort_values(factor, kind="stable")
    measures = [f"pass@{k}" for k in rows["k"]]
    series = [POOLED] * len(rows) if many else labels_of(rows, told) if told else measures
    frame = pd.DataFrame({factor: rows[factor].tolist(), "series": series, "measure": measures})
    where = [f"{factor.replace('_', ' ')} {level_text(level)}" for level in frame[factor]]
    frame = frame.rename(columns={"context_position": "position"})
    return _told(frame, rows, [f"{at}, {each}" for at, each in zip(where, series, strict=True)])


def _told(frame: pd.DataFrame, rows: pd.DataFrame, heads: Sequence[str]) -> pd.DataFrame:
    bounds = rows[["estimate", "low", "high"]].astype(float).reset_index(drop=True)
    tasks = rows["tasks_counted"].tolist()
    told = [
        f"{head}: {interval(*each)}, {number} tasks"
        for head, each, number in zip(heads, bounds.to_numpy().tolist(), tasks, strict=True)
    ]
    return frame.join(bounds).assign(tasks=tasks, told=told)
