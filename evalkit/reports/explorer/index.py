"""Which samples there are: what they can be filtered by, as columns of numbers that a million rows do not slow down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.reports.labels import cell_labels
from evalkit.reports.summary import Summary, mapping
from evalkit.results.codes import Codes, codes
from evalkit.statistics.failures import FAILURES, sample_failures
from evalkit.statistics.numbering import group_numbers, verdict_codes, verdict_numbers, verdict_statuses
from evalkit.statistics.outcomes import CELL

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


@dataclass(frozen=True, eq=False)
class SampleIndex:
    """The samples of a run, numbered in the order of the plan; see `index_of`.

    One entry per sample: task (its place in `tasks`), cell (in `cells`), index, state (in STATES), score (plausibility
    of the code where it was scored, else of the whole answer; NaN without), groups (of each of GROUPS, whether it is in
    it); orders (of each of ORDERS but the plan's): all samples, those without a score last. One per requirement that a
    sample broke, by sample: broke (the sample), broken (the requirement). requirements: the task, id, kind and text of
    each.
    """

    task: Integers
    cell: Integers
    index: Integers
    state: Integers
    score: NDArray[np.float64]
    orders: Mapping[str, Integers]
    groups: Mapping[str, NDArray[np.bool_]]
    broke: Integers
    broken: Integers
    tasks: list[str]
    titles: list[str]
    cells: list[str]
    requirements: list[list[Any]]

    def __len__(self) -> int:
        return len(self.task)

    def facets(self) -> dict[str, Any]:
        """What can be chosen: tasks with titles, cells, requirements (task, id, kind, text), states that occur."""
        named = [*GROUPS.items(), *((state, state) for state in STATES)]
        states = [{"id": name, "label": label, "samples": int(self._of_status(name).sum())} for name, label in named]
        return {
            "samples": len(self),
            "tasks": [list(each) for each in zip(self.tasks, self.titles, strict=True)],
            "cells": self.cells,
            "requirements": self.requirements,
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
            broke = np.zeros(len(self), dtype=bool)
            broke[self.broke[self.broken == filters.requirement]] = True
            mask &= broke
        if filters.order == "plan":
            return np.flatnonzero(mask)
        order = self.orders[filters.order]
        return order[mask[order]]

    def row(self, number: int) -> list[Any]:
        """One sample as the page lists it: number, task, cell, index, state, score, groups, broken requirements."""
        score = float(self.score[number])
        groups = [name for name in GROUPS if self.groups[name][number]]
        first, last = np.searchsorted(self.broke, [number, number + 1])
        broken = self.broken[first:last].tolist()
        numbers = [int(column[number]) for column in (self.task, self.cell, self.index, self.state)]
        return [number, *numbers, None if np.isnan(score) else round(score, 3), groups, broken]

    def name(self, number: int) -> str:
        """A sample in words."""
        return f"{self.tasks[self.task[number]]}, {self.cells[self.cell[number]]}, sample {self.index[number]}"

    def _of_status(self, name: str) -> NDArray[np.bool_]:
        return self.groups[name] if name in GROUPS else self.state == (STATES.index(name) if name in STATES else -1)


def index_of(summary: Summary) -> SampleIndex:
    """The index of a run's samples."""
    outcomes = summary.outcomes
    task = codes(outcomes["task_id"])
    cell = group_numbers([outcomes[name] for name in CELL]) if len(outcomes) else np.zeros(0, dtype=np.int64)
    tasks = [str(each) for each in task.values]
    requirements = _requirements(summary, tasks)
    broke, broken = _broken(summary, task, requirements)
    score = _scores(summary)
    return SampleIndex(
        task=task.numbers.astype(np.int64),
        cell=cell,
        index=outcomes["index"].to_numpy(dtype=np.int64),
        state=_states(summary),
        score=score,
        orders={"confident": np.argsort(-score, kind="stable"), "unsure": np.argsort(score, kind="stable")},
        groups=_groups(outcomes),
        broke=broke,
        broken=broken,
        tasks=tasks,
        titles=[_title(summary, each) for each in tasks],
        cells=cell_labels(summary, outcomes.iloc[np.unique(cell, return_index=True)[1]]),
        requirements=requirements,
    )


def _states(summary: Summary) -> Integers:
    outcomes = summary.outcomes
    failures = sample_failures(summary.results, outcomes).to_numpy()
    states = np.where(failures >= 0, failures + _FAILED, 0)
    states[~outcomes["scored"].to_numpy()] = STATES.index("unscored")
    states[~outcomes["judged"].to_numpy()] = STATES.index("not judged")
    return states


def _scores(summary: Summary) -> NDArray[np.float64]:
    whole = summary.outcomes["mean_logprob"].to_numpy(dtype=float)
    scored = summary.scored["mean_logprob"].reindex(summary.outcomes.index).to_numpy(dtype=float)
    return np.where(np.isnan(scored), whole, scored)


def _groups(outcomes: pd.DataFrame) -> dict[str, NDArray[np.bool_]]:
    broke, examples, confident = (outcomes[name].to_numpy() for name in ("broke", "passed_examples", "confident"))
    cut = outcomes["stop_reason"].eq("max_new_tokens").to_numpy(dtype=bool)
    return {"failed": broke, "fooled": broke & examples, "confident": broke & confident, "truncated": cut}


def _requirements(summary: Summary, tasks: list[str]) -> list[list[Any]]:
    numbers = {task: at for at, task in enumerate(tasks)}
    rows = summary.results.requirements
    columns = [rows[name].tolist() for name in ("task_id", "requirement", "kind", "text")]
    return [[numbers[task], *rest] for task, *rest in zip(*columns, strict=True) if task in numbers]


def _broken(summary: Summary, task: Codes, requirements: list[list[Any]]) -> tuple[Integers, Integers]:
    """Pairs of a sample and a requirement that it broke, by sample."""
    results = summary.results
    missed, unscored = verdict_statuses(results)
    bad = missed & ~unscored
    samples, requirement = verdict_numbers(results)[bad], verdict_codes(results, "requirement")
    known = {(row[0], row[1]): at for at, row in enumerate(requirements)}
    # Of each (task, requirement) that occurs, its number: few, however many verdicts there are.
    table = np.array(
        [[known.get((at, name), -1) for name in requirement.values] for at in range(len(task.values))], dtype=np.int64
    ).reshape(len(task.values), len(requirement.values))
    numbers = table[task.numbers[samples], requirement.numbers[bad]] if len(samples) else np.zeros(0, dtype=np.int64)
    pairs = np.unique(samples * (len(requirements) + 1) + numbers)
    return pairs // (len(requirements) + 1), pairs % (len(requirements) + 1)


def _title(summary: Summary, task: str) -> str:
    described = (mapping(run.tasks, task).get("title") for run in summary.results.runs)
    return str(next((title for title in described if title), task))
