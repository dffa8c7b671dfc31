"""Which samples of two runs belong together: the same task in the same cell, but for what was changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evalkit.errors import NotComparable
from evalkit.statistics.outcomes import CELL

# The names experiments and options use, and the tables' columns where they differ.
COLUMNS = {"prompt": "prompt_style", "position": "context_position"}
FACTORS = {COLUMNS.get(name, name): name for name in ("model", "temperature", "identifiers", "prompt")}
FACTORS |= {COLUMNS.get(name, name): name for name in ("position", "filler_tokens", "retrieval")}


@dataclass(frozen=True, slots=True)
class Matching:
    """`within`: the factors whose levels must agree. `changed`: those with one level on each side, another one."""

    within: tuple[str, ...]
    changed: dict[str, tuple[Any, Any]]

    @property
    def told(self) -> Iterator[str]:
        """What was changed, in words: 'prompt: chat -> careful'."""
        return (f"{FACTORS[name]}: {level_text(old)} -> {level_text(new)}" for name, (old, new) in self.changed.items())


def match_cells(first: pd.DataFrame, second: pd.DataFrame, names: tuple[str, str]) -> Matching:
    """How the cells of two sides correspond. Raises NotComparable when a factor's levels do not overlap."""
    changed: dict[str, tuple[Any, Any]] = {}
    if not len(first) or not len(second):
        return Matching(tuple(CELL), changed)
    for factor in CELL:
        old, new = (list(side[factor].unique()) for side in (first, second))
        if set(old) & set(new):
            continue
        if len(old) > 1 or len(new) > 1:
            raise NotComparable(
                f"{names[0]} and {names[1]} have no {FACTORS[factor]} in common: {_listed(old)} against "
                f"{_listed(new)}. Compare runs that share it, or that have one each."
            )
        changed[factor] = (old[0], new[0])
    return Matching(tuple(factor for factor in CELL if factor not in changed), changed)


def level_text(value: object) -> str:
    """A level as options and reports write it: '0.8', 'chat'."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _listed(levels: list[Any]) -> str:
    return ", ".join(map(level_text, levels))
