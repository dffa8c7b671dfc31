"""The warning about completions in which no solution was found, with some of them."""

import numpy as np
from numpy.typing import NDArray

from evalkit.reports.formatting import percent
from evalkit.reports.summary import Summary
from evalkit.results.alarm import SHOWN, example, is_alarming
from evalkit.results.lookup import lookup_of
from evalkit.statistics.numbering import group_numbers

_LOOKED_AT = 40  # completions, for examples that are not all the same


def extraction_warnings(summary: Summary) -> list[str]:
    """One warning for each model and prompt style that is concerned."""
    outcomes = summary.outcomes
    missing = ~outcomes["has_solution"].to_numpy(dtype=bool)
    groups = group_numbers([outcomes["model"], outcomes["prompt_style"]])
    firsts = np.unique(groups, return_index=True)[1]
    found: dict[int, str] = {}  # by the first completion that misses one
    for number, first in enumerate(firsts.tolist()):
        mine = groups == number
        numbers, total = np.flatnonzero(mine & missing), int(mine.sum())
        if is_alarming(len(numbers), total):
            model, style = (str(outcomes[name].iloc[first]) for name in ("model", "prompt_style"))
            found[int(numbers[0])] = _sentence(model, style, _examples(summary, numbers), len(numbers), total)
    return [found[first] for first in sorted(found)]


def _examples(summary: Summary, numbers: NDArray[np.int64]) -> list[str]:
    """What some of the completions say, each once."""
    rows = lookup_of(summary.results).some(numbers[:_LOOKED_AT], ["task_id", "completion"])
    return list(dict.fromkeys(example(row["task_id"], row["completion"]) for _, row, _ in rows))[:SHOWN]


def _sentence(model: str, style: str, examples: list[str], missing: int, total: int) -> str:
    return (
        f"{missing:,} of {total:,} completions of {model} with prompt {style} ({percent(missing / total)} %) "
        f"hold no code that defines what was asked. They count as failures, but look at the prompt first; for example "
        f"{'; '.join(examples)}"
    )
