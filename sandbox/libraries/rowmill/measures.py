"""What folds and spreads put into a cell: functions of the rows that meet in it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
Measure = Callable[[Sequence[Row]], Any]


def add_up(column: str) -> Measure:
    """The sum of a column; blank cells add nothing, and no cells at all give 0."""
    return lambda rows: sum(_cells(rows, column))


def highest(column: str) -> Measure:
    """The largest cell of a column; None where all are blank."""
    return lambda rows: max(_cells(rows, column), default=None)


def lowest(column: str) -> Measure:
    """The smallest cell of a column; None where all are blank."""
    return lambda rows: min(_cells(rows, column), default=None)


def tally(column: str | None = None) -> Measure:
    """How many rows there are, or how many cells of a column are not blank."""
    return lambda rows: len(rows if column is None else _cells(rows, column))


def _cells(rows: Sequence[Row], column: str) -> list[Any]:
    return [row[column] for row in rows if row[column] is not None]
