"""Which samples there are: what they can be filtered by, as columns of numbers that a million rows do not slow down."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.reports.labels import cell_labels
from evalkit.reports.summary import Summary, mapping
from evalkit.statistics.failures import FAILURES, sample_failures
from evalkit.statistics.numbering import group_numbers, verdict_numbers
from evalkit.statistics.outcomes import CELL
from evalkit.types import Status

Integers = NDArray[np.int64]
Order = Literal["plan", "confident", "unsure"]
ORDERS: tuple[Order, ...] = ("plan", "confident", "unsure")
# The first states are those of samples that did not fail; the others are the kinds of failure, in their order.
STATES = ("passed", "unscored", "not judged", *(kind.value for kind in FAILURES))
_FAILED = 3
# What a reader asks for most, beside one state: name -> what it is called.
GROUPS = {
    "failed": "failed",
    "fooled": "passed the examples, broke a requirement",
    "confident": "failed in the model's more confident half",
    "truncated": "cut off at max_new_tokens",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for; None is anything. `status` is a name of GROUPS or one of STATES."""

    task: int | None = None
    cell: int | None = None
    requirement: int | None = None
    status: str | None = None
    order: Order = "plan"


class SampleIndex:
    """The samples of a summary, numbered in the order of the plan."""

    def __init__(self, summary: Summary) -> None:
        self.summary = summary
        outcomes = summary.outcomes
        self.task, self.tasks = _coded(outcomes["task_id"])
        numbers = group_numbers([outcomes[name] for name in CELL]) if len(outcomes) else np.zeros(0, dtype=np.int64)
        self.cell = numbers
        self.cells = cell_labels(summary, outcomes.iloc[np.unique(numbers, return_index=True)[1]])
        self.index = outcomes["index"].to_numpy(dtype=np.int64)
        self.state = self._states()
        self.score = self._scores()

    def __len__(self) -> int:
        return len(self.task)

    def facets(self) -> dict[str, Any]:
        """What can be chosen: tasks with titles, cells, requirements (task, id, kind, text), states that occur."""
        named = [*GROUPS.items(), *((state, state) for state in STATES)]
        states = [{"id": name, "label": label, "samples": int(self._of_status(name).sum())} for name, label in named]
        return {
            "samples": len(self),
            "tasks": [[task, self._title(task)] for task in self.tasks],
            "cells": self.cells,
            "requirements": self._requirement_rows,
            "states": [each for each in states if each["samples"]],
            "names": STATES,
        }

    def find(self, filters: Filters) -> Integers:
        """The numbers of the samples that are looked for, in the order that is asked for."""
        mask = np.ones(len(self), dtype=bool)
        for wanted, column in ((filters.task, self.task), (filters.cell, self.cell)):
            if wanted is not None:
                mask &= column == wanted
        if filters.status is not None:
            mask &= self._of_status(filters.status)
        if filters.requirement is not None:
            samples, requirements = self._broken
            broke = np.zeros(len(self), dtype=bool)
            broke[samples[requirements == filters.requirement]] = True
            mask &= broke
        found = np.flatnonzero(mask)
        if filters.order == "plan":
            return found
        score = self.score[found] if filters.order == "unsure" else -self.score[found]
        return found[np.argsort(score, kind="stable")]  # NaN comes last

    def row(self, number: int) -> list[Any]:
        """One sample as the page lists it: number, task, cell, index, state, score, groups, broken requirements."""
        score = float(self.score[number])
        groups = [name for name in GROUPS if self._of_status(name)[number]]
        samples, requirements = self._broken
        first, last = np.searchsorted(samples, [number, number + 1])
        broken = requirements[first:last].tolist()
        numbers = [int(column[number]) for column in (self.task, self.cell, self.index, self.state)]
        return [number, *numbers, None if np.isnan(score) else round(score, 3), groups, broken]

    def name(self, number: int) -> str:
        """A sample in words."""
        return f"{self.tasks[self.task[number]]}, {self.cells[self.cell[number]]}, sample {self.index[number]}"

    def _states(self) -> Integers:
        outcomes = self.summary.outcomes
        failures = sample_failures(self.summary.results, outcomes).to_numpy()
        states = np.where(failures >= 0, failures + _FAILED, 0)
        states[~outcomes["scored"].to_numpy()] = STATES.index("unscored")
        states[~outcomes["judged"].to_numpy()] = STATES.index("not judged")
        return states

    def _scores(self) -> NDArray[np.float64]:
        """The plausibility of the code where it was scored, else that of the whole answer."""
        whole = self.summary.outcomes["mean_logprob"].to_numpy(dtype=float)
        scored = self.summary.scored["mean_logprob"].reindex(self.summary.outcomes.index).to_numpy(dtype=float)
        return np.where(np.isnan(scored), whole, scored)

    def _of_status(self, name: str) -> NDArray[np.bool_]:
        return self._groups[name] if name in GROUPS else self.state == (STATES.index(name) if name in STATES else -1)

    @cached_property
    def _groups(self) -> dict[str, NDArray[np.bool_]]:
        outcomes = self.summary.outcomes
        broke, examples, confident = (outcomes[name].to_numpy() for name in ("broke", "passed_examples", "confident"))
        cut = outcomes["stop_reason"].eq("max_new_tokens").to_numpy(dtype=bool)
        return {"failed": broke, "fooled": broke & examples, "confident": broke & confident, "truncated": cut}

    @cached_property
    def _requirement_rows(self) -> list[list[object]]:
        numbers = {task: at for at, task in enumerate(self.tasks)}
        rows = self.summary.results.requirements
        columns = [rows[name].tolist() for name in ("task_id", "requirement", "kind", "text")]
        return [[numbers[task], *rest] for task, *rest in zip(*columns, strict=True) if task in numbers]

    @cached_property
    def _broken(self) -> tuple[Integers, Integers]:
        """Pairs of a sample and a requirement that it broke, by sample."""
        results = self.summary.results
        verdicts = results.verdicts
        missed = ~verdicts["status"].isin([Status.PASSED.value, Status.UNSCORED.value]).to_numpy(dtype=bool)
        samples = verdict_numbers(results)[missed]
        known = {(self.tasks[int(str(row[0]))], row[1]): at for at, row in enumerate(self._requirement_rows)}
        names = verdicts.loc[missed, "requirement"]
        codes, different = pd.factorize(names)
        # Of each (task, requirement) that occurs, its number: few, however many verdicts there are.
        table = np.array(
            [[known.get((task, name), -1) for name in different] for task in self.tasks], dtype=np.int64
        ).reshape(len(self.tasks), len(different))
        numbers = table[self.task[samples], codes] if len(samples) else np.zeros(0, dtype=np.int64)
        width = len(self._requirement_rows) + 1
        pairs = np.unique(samples * width + numbers)
        return pairs // width, pairs % width

    def _title(self, task: str) -> str:
        described = (mapping(run.tasks, task).get("title") for run in self.summary.results.runs)
        return str(next((title for title in described if title), task))


def _coded(column: pd.Series) -> tuple[Integers, list[str]]:
    codes, values = pd.factorize(column)
    return codes.astype(np.int64), [str(value) for value in values]
