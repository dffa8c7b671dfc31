"""How much is left when a task counts as solved only in its worst style: ReCode's robust pass and drop."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from evalkit.statistics import robust_pass
from evalkit.statistics.outcomes import CELL

WORDINGS = ("identifiers", "prompt_style")  # what leaves a task the same, so that its worst level says something
KS = (1, 5, 10)


@dataclass(frozen=True, slots=True)
class Robustness:
    """RP@k over `levels` and RD@k from pass@k of the reference, in one combination of the other factors."""

    cell: Mapping[str, object]
    levels: tuple[str, ...]
    k: int
    tasks: int
    pass_at_k: float
    robust_pass: float
    low: float
    high: float
    drop: float


def robustness(outcomes: pd.DataFrame, column: str, reference: str) -> tuple[Robustness, ...]:
    """For each other factor's combination and each k that the number of samples allows; nothing for other columns
    than WORDINGS. Formulas: `evalkit.statistics.robust_pass`.
    """
    return tuple(_rows(outcomes, column, reference)) if column in WORDINGS else ()


def _rows(outcomes: pd.DataFrame, column: str, reference: str) -> Iterator[Robustness]:
    others = [name for name in CELL if name != column]
    levels = tuple(map(str, outcomes[column].unique()))
    for k in KS:
        for row in robust_pass(outcomes, column, reference, k).to_dict("records"):
            if row["tasks"]:
                cell = {name: row[name] for name in others}
                numbers = (float(row[name]) for name in ("pass", "robust_pass", "low", "high", "drop"))
                yield Robustness(cell, levels, k, int(row["tasks"]), *numbers)
