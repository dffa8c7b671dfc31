"""Cells and factors in words."""

from collections.abc import Sequence

import pandas as pd

from evalkit.reports.summary import Summary

NAMES = {"prompt_style": "prompt", "context_position": "position", "filler_tokens": "filler tokens"}
_SHORT = {"temperature": "T", "context_position": "at", "filler_tokens": "filler"}  # in front of a level


def factor_name(factor: str) -> str:
    """A column of the tables as a reader knows it: 'prompt' for prompt_style."""
    return NAMES.get(factor, factor)


def level_text(value: object) -> str:
    """A level of a factor: 0.8 without trailing digits, everything else as it is."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def labels_of(rows: pd.DataFrame, factors: Sequence[str]) -> list[str]:
    """One label for each row, from its levels of the factors: '0.8, camelCase'."""
    columns = [[_named(name, value) for value in rows[name]] for name in factors]
    return [", ".join(levels) for levels in zip(*columns, strict=True)]


def cell_labels(summary: Summary, rows: pd.DataFrame) -> list[str]:
    """What tells the cells of the rows apart."""
    return labels_of(rows, summary.factors)


def _named(factor: str, value: object) -> str:
    """Numbers and words that do not speak for themselves get their factor's name."""
    if factor in {"model", "identifiers", "prompt_style"}:
        return level_text(value)
    return f"{_SHORT.get(factor, factor_name(factor))} {level_text(value)}"
