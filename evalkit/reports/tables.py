"""The report's tables as they are shown: pandas frames of texts, the same for Markdown and HTML."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evalkit.reports.formatting import UNKNOWN, interval, number, percent
from evalkit.reports.labels import factor_name, level_text
from evalkit.reports.summary import Summary
from evalkit.results.shards import NO_CONTEXT
from evalkit.statistics.outcomes import CELL
from evalkit.types import Status

WORST_SHOWN = 10
PROVENANCE = ("created", "seed", "suite", "config", "model", "sandbox", "versions", "hardware")


@dataclass(frozen=True, eq=False)
class Table:
    """A frame of texts. The first `heads` columns name the row; `texts` are columns of prose; all others are
    numbers that were formatted here."""

    frame: pd.DataFrame
    heads: int
    texts: tuple[str, ...] = ()


def passing(summary: Summary) -> Table:
    """pass@1 and pass@k per cell, with how much they rest on."""
    first = summary.passes[summary.passes["k"].eq(1)].reset_index(drop=True)
    frame = _heads(summary, first)
    frame["scored samples"] = [_of(*pair) for pair in zip(first["scored"], first["samples"], strict=True)]
    frame["tasks"] = [_of(*pair) for pair in zip(first["tasks_counted"], first["tasks"], strict=True)]
    for k, rows in summary.passes.groupby("k"):
        frame[f"pass@{k}"] = _intervals(rows)
        if (rows["tasks_counted"].to_numpy() != first["tasks_counted"].to_numpy()).any():
            counted = zip(rows["tasks_counted"], rows["tasks"], strict=True)
            frame[f"tasks with {k} scored samples"] = [_of(*pair) for pair in counted]
    return Table(frame, len(summary.factors))


def plausible(summary: Summary) -> Table:
    """Plausible but wrong per cell: both ways to look right."""
    frames = {looks: rows.reset_index(drop=True) for looks, rows in summary.plausible.groupby("looks")}
    frame = _heads(summary, summary.counts)
    for looks, name in (("examples", "passed the examples"), ("confident", "more confident half")):
        rows = frames.get(looks, summary.plausible)
        frame[f"{name}: samples"] = [f"{number:,}" for number in rows["samples"]]
        frame[f"{name}: wrong"] = _intervals(rows)
    return Table(frame, len(summary.factors))


def plausible_against_correct(summary: Summary) -> Table:
    """Whether mean log-probability tells right from wrong, per cell; empty where no task has samples of both kinds."""
    rows = summary.discrimination
    rows = rows[rows["mixed"].gt(0)].reset_index(drop=True) if len(rows) else rows
    if rows.empty:
        return Table(pd.DataFrame(), 0)
    frame = _heads(summary, rows)
    frame["tasks with both outcomes"] = [_of(*pair) for pair in zip(rows["mixed"], rows["tasks"], strict=True)]
    for column, name in (("auroc_within", "AUROC within tasks"), ("auroc_pooled", "AUROC pooled"), ("gap", "gap")):
        bounds = zip(rows[column], rows[f"{column}_low"], rows[f"{column}_high"], strict=True)
        frame[name] = [number(*row) for row in bounds]
    over = zip(*(rows[f"overconfident_within{end}"] for end in ("", "_low", "_high")), strict=True)
    frame["overconfident failures"] = [interval(*row) for row in over]
    return Table(frame, len(summary.factors))


def worst_requirements(summary: Summary) -> Table:
    """The requirements that were broken most often."""
    rows = summary.requirements[summary.requirements["broken"].gt(0)].head(WORST_SHOWN)
    frame = rows[["task_id", "requirement", "kind", "text"]].astype(str).reset_index(drop=True)
    frame["broken"] = [_of(*pair) for pair in zip(rows["broken"], rows["samples"], strict=True)]
    frame["rate"] = _intervals(rows)
    return Table(frame.rename(columns={"task_id": "task"}), 2, ("kind", "text"))


def requirements_left_out(summary: Summary) -> tuple[int, int]:
    """How many more requirements were broken than `worst_requirements` shows, and how many never were."""
    broken = summary.requirements["broken"].gt(0)
    scored = summary.requirements["samples"].gt(0)
    return max(0, int(broken.sum()) - WORST_SHOWN), int((scored & ~broken).sum())


def statuses(summary: Summary) -> Table:
    """How the tests ended, per cell: only statuses that occurred."""
    rows = summary.statuses
    occurred = [status.value for status in Status if len(rows) and rows[status.value].sum()]
    frame = _heads(summary, rows)
    for status in occurred:
        frame[status.replace("_", " ")] = [f"{number:,}" for number in rows[status]]
    return Table(frame, len(summary.factors))


def samples(summary: Summary) -> Table:
    """What became of the samples, per cell."""
    rows = summary.counts
    frame = _heads(summary, rows)
    names = {
        "samples": "samples",
        "passed": "passed every test",
        "truncated": "cut off at max_new_tokens",
        "no_solution": "no code found",
        "unscored": "unscored",
        "unjudged": "not judged yet",
    }
    for column, name in names.items():
        shares = zip(rows[column], rows["samples"], strict=True)
        whole = column == "samples"
        frame[name] = [f"{n:,}" if whole or not n else f"{n:,} ({percent(n / of)} %)" for n, of in shares]
    return Table(frame, len(summary.factors))


def provenance(manifest: Mapping[str, Any]) -> Table:
    """Everything the manifest says about how its run was made, but its tasks."""
    rows = [row for key in PROVENANCE if key in manifest for row in _flat(key, manifest[key])]
    return Table(pd.DataFrame(rows, columns=["setting", "value"], dtype=str), 1, ("value",))


def _heads(summary: Summary, rows: pd.DataFrame) -> pd.DataFrame:
    """The columns that tell the cells apart, one row per cell."""
    columns = {factor_name(name): [level_text(value) for value in rows[name]] for name in summary.factors}
    return pd.DataFrame(columns, dtype=str)


def shared_factors(summary: Summary) -> str:
    """What is the same in every cell besides the model, in words."""
    shared = [name for name in CELL[1:] if name not in summary.factors and len(summary.outcomes)]
    levels = {name: summary.outcomes[name].iloc[0] for name in shared}
    told = {name: level for name, level in levels.items() if NO_CONTEXT.get(name) != level}
    return ", ".join(f"{factor_name(name)} {level_text(level)}" for name, level in told.items())


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}"


def _intervals(rows: pd.DataFrame) -> list[str]:
    return [interval(*row) for row in zip(rows["estimate"], rows["low"], rows["high"], strict=True)]


def _flat(key: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _flat(f"{key}.{name}", inner)
    else:
        yield key, value if isinstance(value, str) else _compact(value)


def _compact(value: Any) -> str:
    return UNKNOWN if value is None else json.dumps(value, ensure_ascii=False)
