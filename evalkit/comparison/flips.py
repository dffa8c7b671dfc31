"""Tasks that one side passes more often than not and the other does not, with the code of both."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from evalkit.comparison.sides import Side
from evalkit.results.texts import unescape
from evalkit.statistics.outcomes import CELL, KEY
from evalkit.types import Status

_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Code:
    """One sample as evidence. `code` is what was executed, or the raw completion when nothing was (`executed`)."""

    cell: dict[str, object]
    index: int
    passed: bool
    executed: bool
    code: str
    broke: tuple[str, ...]  # requirements, in the order of their tests
    message: str  # of the first test that did not pass


@dataclass(frozen=True, slots=True)
class Flip:
    """A task whose answer changed; `before` and `after` are shares of scored samples that pass."""

    task_id: str
    gained: bool
    before: float
    after: float
    first: Code
    second: Code


def flipped(first: Side, second: Side, rates: pd.DataFrame) -> tuple[Flip, ...]:
    """The tasks of `paired_rates` that one side passes in at least half of its samples and the other in fewer.

    Lost ones first, the largest change first; among equals in the order of their ids.
    """
    changed = rates[rates["before"].ge(_HALF).ne(rates["after"].ge(_HALF))]
    order = (changed["after"] - changed["before"]).sort_values(kind="stable").index
    lost = [task for task in order if changed.loc[task, "after"] < changed.loc[task, "before"]]
    gained = [task for task in reversed(order) if task not in set(lost)]
    return tuple(_flip(first, second, str(task), changed.loc[task]) for task in [*lost, *gained])


def _flip(first: Side, second: Side, task_id: str, rates: pd.Series) -> Flip:
    gained = bool(rates["after"] > rates["before"])
    codes = _example(first, task_id, passed=not gained), _example(second, task_id, passed=gained)
    return Flip(task_id, gained, float(rates["before"]), float(rates["after"]), *codes)


def _example(side: Side, task_id: str, passed: bool) -> Code:
    """The sample of that outcome that the model was surest of; the first one where there are no log-probabilities."""
    outcomes = side.outcomes
    mine = outcomes[outcomes["task_id"].eq(task_id) & outcomes["scored"] & outcomes["passed"].eq(passed)]
    order = mine["mean_logprob"].fillna(-math.inf).sort_values(ascending=False, kind="stable")
    position = order.index[0]
    row, sample = mine.loc[position], side.results.samples.loc[position]
    missed = list(_missed(side, row))
    executed = bool(row["has_solution"])
    return Code(
        cell={name: row[name] for name in CELL},
        index=int(row["index"]),
        passed=passed,
        executed=executed,
        code=unescape(str(sample["solution" if executed else "completion"])),
        broke=tuple(dict.fromkeys(requirement for requirement, _ in missed)),
        message=next((message for _, message in missed), ""),
    )


def _missed(side: Side, row: pd.Series) -> Iterator[tuple[str, str]]:
    """(requirement, message) of each test that a sample did not pass."""
    verdicts = side.results.verdicts
    verdicts = verdicts[verdicts["task_id"].eq(row["task_id"]) & verdicts["status"].ne(Status.PASSED.value)]
    for name in KEY:
        verdicts = verdicts[verdicts[name].eq(row[name])]
    pairs = zip(verdicts["requirement"], verdicts["message"], strict=True)
    return ((str(requirement), unescape(str(message))) for requirement, message in pairs)
