"""What helped and by how much: each level of a factor against its first one, paired by task."""

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from evalkit.reports.data.lacking import Lacking
from evalkit.reports.data.memory import made_once
from evalkit.reports.labels import factor_name, level_text
from evalkit.reports.summary import Summary
from evalkit.statistics import grid
from evalkit.statistics.intervals import LEVEL
from evalkit.statistics.outcomes import CELL


@made_once
def all_effects(summary: Summary) -> pd.DataFrame:
    """factor, level, reference, label, tasks, difference (in percentage points), low, high, p_adjusted, detectable,
    found (better, worse or unclear), told. The other factors are pooled; p is adjusted within each factor."""
    if not summary.total("scored"):
        raise Lacking("Without scored samples there is nothing to compare.")
    varying = [name for name in CELL if summary.outcomes[name].nunique() > 1]
    if not varying:
        raise Lacking("All samples are of one cell, so there is nothing to compare.")
    frames = [_of_factor(summary.outcomes, name) for name in varying]
    known = pd.concat(frames, ignore_index=True)
    known = known[known["difference"].notna()].reset_index(drop=True)
    if known.empty:
        raise Lacking("No two settings have scored samples of the same task.")
    return known


def of_identifiers(summary: Summary) -> pd.DataFrame:
    """The rows of `all_effects` about identifier styles."""
    rows = all_effects(summary)
    rows = rows[rows["factor"].eq("identifiers")].reset_index(drop=True)
    if rows.empty:
        raise Lacking("No two identifier styles have scored samples of the same task.")
    return rows


def _of_factor(outcomes: pd.DataFrame, factor: str) -> pd.DataFrame:
    levels = outcomes[factor].unique()
    reference = min(levels) if factor in {"temperature", "filler_tokens"} else levels[0]
    rows = grid(outcomes, factor, reference)
    name = factor_name(factor)
    frame = pd.DataFrame({"factor": name, "level": [level_text(level) for level in rows["second"]]})
    frame["reference"] = level_text(reference)
    frame["label"] = [f"{name} {level}" for level in frame["level"]]
    frame["tasks"] = rows["tasks"].tolist()
    for column in ("difference", "low", "high", "detectable"):
        frame[column] = rows[column].to_numpy(dtype=float) * 100
    frame["p_adjusted"] = rows["p_adjusted"].to_numpy(dtype=float)
    frame["found"] = [_found(*pair) for pair in zip(frame["difference"], frame["p_adjusted"], strict=True)]
    frame["told"] = [_told(row) for row in frame.to_dict("records")]
    return frame


def _found(difference: float, p: float) -> str:
    if math.isnan(p) or p >= 1 - LEVEL:
        return "unclear"
    return "better" if difference > 0 else "worse"


def _told(row: Mapping[Hashable, Any]) -> str:
    """'prompt careful against plain: +4.2 points [+1.0 to +7.4], p = 0.012, 42 tasks'."""
    known = not math.isnan(row["low"])
    bounds = f" [{row['low']:+.1f} to {row['high']:+.1f}]" if known else ""
    p = f", p = {row['p_adjusted']:.3f}" if not math.isnan(row["p_adjusted"]) else ""
    return (
        f"{row['factor']} {row['level']} against {row['reference']}: {row['difference']:+.1f} points{bounds}{p}, "
        f"{row['tasks']} tasks"
    )
