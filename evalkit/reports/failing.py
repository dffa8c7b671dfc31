"""A few wrong samples to look at: those that looked right, the model's most confident ones first."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evalkit.reports.formatting import shortened
from evalkit.reports.summary import Summary, mapping
from evalkit.results.frames import as_frame
from evalkit.results.lookup import lookup_of
from evalkit.results.shards import NO_CONTEXT
from evalkit.statistics.numbering import verdict_numbers
from evalkit.statistics.outcomes import CELL
from evalkit.types import Status

SHOWN = 5
MESSAGE_LIMIT = 2_000
CODE_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class BrokenRequirement:
    """A requirement that a sample broke, with the first of its tests that did not pass."""

    id: str
    kind: str
    text: str
    test: str
    status: str
    message: str


@dataclass(frozen=True, slots=True)
class FailingSample:
    """One wrong sample as shown: `code` is what was executed, or the raw completion when nothing was."""

    task_id: str
    title: str
    cell: str
    index: int
    mean_logprob: float
    passed_examples: bool
    executed: bool
    code: str
    broken: tuple[BrokenRequirement, ...]


def failing_samples(summary: Summary) -> tuple[FailingSample, ...]:
    """Up to five samples from different tasks, by mean log-probability, that passed the examples and broke a
    requirement; where there is none, the most confident of all that broke one."""
    outcomes = summary.outcomes
    wrong = outcomes[outcomes["broke"] & outcomes["passed_examples"]]
    if wrong.empty:
        wrong = outcomes[outcomes["broke"]]
    ranked = wrong.sort_values("mean_logprob", ascending=False, kind="stable", na_position="last")
    chosen = ranked.drop_duplicates("task_id").head(SHOWN)
    return tuple(_failing_sample(summary, position) for position in chosen.index)


def cell_label(row: Any) -> str:
    """A cell in words: 'tiny, temperature 0.8, camelCase, chat'."""
    told = f"{row['model']}, temperature {row['temperature']:g}, {row['identifiers']}, {row['prompt_style']}"
    if all(row[name] == level for name, level in NO_CONTEXT.items()):
        return told
    filler = f"{row['filler_tokens']} filler tokens, requirement at the {row['context_position']}"
    return f"{told}, {filler}, retrieval {row['retrieval']}"


def _failing_sample(summary: Summary, position: Any) -> FailingSample:
    outcome = summary.outcomes.loc[position]
    sample = lookup_of(summary.results).sample(int(position))
    task_id = str(outcome["task_id"])
    executed = bool(outcome["has_solution"])
    task = mapping(mapping(summary.results.manifest, "tasks"), task_id)
    return FailingSample(
        task_id=task_id,
        title=str(task.get("title") or task_id),
        cell=cell_label(outcome[CELL]),
        index=int(outcome["index"]),
        mean_logprob=float(outcome["mean_logprob"]),
        passed_examples=bool(outcome["passed_examples"]),
        executed=executed,
        code=shortened(str(sample["solution" if executed else "completion"]), CODE_LIMIT),
        broken=_broken_requirements(summary, outcome),
    )


def _broken_requirements(summary: Summary, outcome: pd.Series) -> tuple[BrokenRequirement, ...]:
    numbers = np.flatnonzero(verdict_numbers(summary.results) == outcome.name)
    theirs = as_frame(summary.results.verdict_table.take(numbers))
    missed = theirs[theirs["status"].ne(Status.PASSED.value).to_numpy(dtype=bool)]
    first = missed.drop_duplicates("requirement")
    rows = first.merge(summary.results.requirements, how="left", on=["task_id", "requirement"])
    return tuple(
        BrokenRequirement(
            id=str(row["requirement"]),
            kind=str(row["kind"]),
            text=str(row["text"]),
            test=str(row["test"]),
            status=str(row["status"]),
            message=shortened(str(row["message"]), MESSAGE_LIMIT),
        )
        for row in rows.to_dict("records")
    )
