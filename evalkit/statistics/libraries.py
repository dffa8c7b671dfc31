"""What models know of libraries: failures by how well known a library is, with and without its documentation."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from evalkit.results import Results
from evalkit.statistics.failures import FAILURES, Failure, sample_failures
from evalkit.statistics.grouping import grouped
from evalkit.statistics.intervals import clustered_ratio

FAMILIARITIES = ("well-known", "rare", "unseen")
OUTCOMES = ("passed", "import error", "missing attribute", "wrong signature", "wrong behaviour", "other")
_NAMES = {
    Failure.IMPORT: "import error",
    Failure.MISSING_ATTRIBUTE: "missing attribute",
    Failure.WRONG_SIGNATURE: "wrong signature",
    Failure.NO_SOLUTION: "other",
    Failure.SYNTAX: "other",
}


def library_table(results: Results, outcomes: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """One row per group of `by`, familiarity, retrieval (on: with documentation) and outcome.

    Only tasks that name a library count. outcome: passed; import error, missing attribute and wrong signature (the
    model made up an interface); wrong behaviour (all other failures of code that ran); other (no solution, or no valid
    Python). Further columns: samples (with this outcome), tasks, scored, estimate, low, high: the share of the scored
    samples, with a 95 % interval with tasks as clusters. Empty where no task names a library.
    """
    heads = [*(name for name in by if name != "retrieval"), "familiarity", "retrieval"]
    familiarity = outcomes["task_id"].map(_familiarities(results))
    marked = outcomes.assign(familiarity=familiarity, outcome=_outcomes(results, outcomes))
    marked = marked[marked["scored"] & familiarity.notna()]
    order = {name: number for number, name in enumerate(FAMILIARITIES)}
    marked = marked.sort_values("familiarity", key=lambda names: names.map(order), kind="stable")
    rows = [{**head, **row} for head, members in grouped(marked, heads) for row in _shares(members)]
    return pd.DataFrame(rows, columns=[*heads, "outcome", "samples", "tasks", "scored", "estimate", "low", "high"])


def _familiarities(results: Results) -> Mapping[str, str]:
    described = (task for run in results.runs for task in _mapping(run.manifest.get("tasks")).items())
    return {task_id: task["library"]["familiarity"] for task_id, task in described if "library" in _mapping(task)}


def _mapping(part: object) -> Mapping[str, Any]:
    return part if isinstance(part, dict) else {}


def _outcomes(results: Results, outcomes: pd.DataFrame) -> pd.Series:
    names = {number: _NAMES.get(kind, "wrong behaviour") for number, kind in enumerate(FAILURES)}
    return sample_failures(results, outcomes).map({-1: "passed", **names})


def _shares(members: pd.DataFrame) -> list[dict[str, object]]:
    task = pd.factorize(members["task_id"])[0]
    sizes = np.bincount(task)
    rows: list[dict[str, object]] = []
    for outcome in OUTCOMES:
        mine = members["outcome"].eq(outcome).to_numpy()
        interval = clustered_ratio(np.bincount(task, mine), sizes)
        counts = {"samples": int(mine.sum()), "tasks": len(sizes), "scored": len(members)}
        rows.append({"outcome": outcome, **counts, **interval._asdict()})
    return rows
