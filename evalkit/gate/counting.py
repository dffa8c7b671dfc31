"""Samples counted per task and cell, as a baseline keeps them."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from evalkit.comparison.matching import FACTORS
from evalkit.comparison.sides import Side
from evalkit.results import Results
from evalkit.statistics.meeting import met_table

_KEYS = [*FACTORS, "task_id"]


def count_samples(side: Side) -> Iterator[tuple[tuple[Any, ...], str, dict[str, Any]]]:
    """(levels of the cell, task id, counts) for each task and cell; samples not judged yet count as unscored."""
    outcomes = side.outcomes
    met = _met(side)
    marked = outcomes[_KEYS].assign(
        samples=1, unscored=~outcomes["scored"], no_code=~outcomes["has_solution"], passed=outcomes["passed"]
    )
    for key, row in marked.groupby(_KEYS, sort=False).sum().iterrows():
        levels, task_id = _plain(key)
        counts: dict[str, Any] = {name: int(row[name]) for name in ("samples", "unscored", "no_code", "passed")}
        yield levels, task_id, {**counts, "met": dict(sorted(met.get((*levels, task_id), {}).items()))}


def _met(side: Side) -> dict[tuple[Any, ...], dict[str, int]]:
    """(*levels, task id) -> requirement -> scored samples that meet it."""
    rows = met_table(side.results)
    samples = side.results.samples[_KEYS].iloc[rows["sample"]].reset_index(drop=True)
    named = samples.assign(requirement=rows["requirement"].to_numpy(), met=rows["met"].to_numpy())
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    summed: pd.Series = named.groupby([*_KEYS, "requirement"], sort=False)["met"].sum()
    for key, number in summed.items():
        *head, requirement = _values(key)
        found.setdefault(tuple(head), {})[str(requirement)] = int(number)
    return found


def _plain(key: object) -> tuple[tuple[Any, ...], str]:
    *levels, task_id = _values(key)
    return tuple(levels), str(task_id)


def _values(key: object) -> tuple[Any, ...]:
    assert isinstance(key, tuple)  # several keys were grouped by
    return tuple(value.item() if hasattr(value, "item") else value for value in key)


def planned_samples(results: Results) -> int:
    """How many samples all runs are to have in the end; what is there for runs that do not say."""
    planned = [run.manifest.get("plan", {}).get("samples") for run in results.runs]
    return sum(planned) if all(isinstance(each, int) for each in planned) else len(results.samples)
