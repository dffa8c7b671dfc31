"""Rows of one table found in another by the columns that name a sample, as whole numbers: fast for millions of rows."""

from collections.abc import Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from evalkit.results import Results
from evalkit.results.codes import Codes, codes
from evalkit.results.shards import KEY_COLUMNS
from evalkit.types import Status

Integers = NDArray[np.int64]
_MOST = 2**62  # different rows that 64 bits can number

_KNOWN: WeakKeyDictionary[Results, Integers] = WeakKeyDictionary()
_CODES: WeakKeyDictionary[Results, dict[str, Codes]] = WeakKeyDictionary()


class Statuses(NamedTuple):
    """Of each verdict, whether its test did not pass, and whether that is our own failure."""

    missed: NDArray[np.bool_]
    unscored: NDArray[np.bool_]


def verdict_numbers(results: Results) -> Integers:
    """`sample_numbers` of the verdicts of a run; found once, since nearly every table needs them."""
    if results not in _KNOWN:
        _KNOWN[results] = sample_numbers(results.samples, results.verdict_table)
    return _KNOWN[results]


def verdict_codes(results: Results, name: str) -> Codes:
    """A column of texts of the verdicts as numbers; found once."""
    known = _CODES.setdefault(results, {})
    if name not in known:
        known[name] = codes(results.verdict_table[name])
    return known[name]


def verdict_statuses(results: Results) -> Statuses:
    """Of the verdicts of a run."""
    status = verdict_codes(results, "status")
    return Statuses(~status.equal(Status.PASSED.value), status.equal(Status.UNSCORED.value))


def sample_numbers(samples: pd.DataFrame, others: pd.DataFrame | pa.Table) -> Integers:
    """For each row of `others`, the position in `samples` of the row with the same key; -1 where there is none."""
    split = len(samples)
    if not len(others):
        return np.zeros(0, dtype=np.int64)
    rows = _grouped([_joined(samples[name], others[name]) for name in KEY_COLUMNS])
    first = np.full(rows.max(initial=-1) + 1, -1, dtype=np.int64)
    first[rows[:split][::-1]] = np.arange(split)[::-1]
    return first[rows[split:]]


def group_numbers(columns: Sequence[pd.Series | pa.ChunkedArray]) -> Integers:
    """One number for each different row of the columns, from 0 in order of first appearance."""
    return _grouped([_numbered(column) for column in columns])


def _grouped(columns: Sequence[Codes]) -> Integers:
    numbers, size = np.zeros(len(columns[0].numbers), dtype=np.int64), 1
    for column in columns:
        different = len(column.values) + 1
        if size * different > _MOST:
            numbers, found = pd.factorize(numbers)
            size = len(found)
        numbers = numbers * different + (column.numbers + 1)
        size *= different
    return pd.factorize(numbers)[0].astype(np.int64)


def _numbered(column: pd.Series | pa.ChunkedArray) -> Codes:
    return _different(_floats(column)) if _is_numeric(column) else codes(column)


def _different(column: NDArray[np.float64]) -> Codes:
    numbers, values = pd.factorize(column)
    return Codes(numbers, list(values))


def _joined(column: pd.Series, others: pd.Series | pa.ChunkedArray) -> Codes:
    """Two columns as one, of which the second one's texts are looked up among those of the first one."""
    if _is_numeric(column):
        return _different(np.concatenate([_floats(column), _floats(others)]))
    first, second = codes(column), codes(others)
    places = {value: at for at, value in enumerate(first.values)}
    found = [places.setdefault(value, len(places)) for value in second.values]
    translated = np.array([*found, -1], dtype=np.int64)[second.numbers]
    return Codes(np.concatenate([first.numbers, translated]), list(places))


def _is_numeric(column: pd.Series | pa.ChunkedArray) -> bool:
    if isinstance(column, pd.Series):
        return bool(pd.api.types.is_numeric_dtype(column.dtype))
    return bool(pa.types.is_integer(column.type) or pa.types.is_floating(column.type))


def _floats(column: pd.Series | pa.ChunkedArray) -> NDArray[np.float64]:
    """Numbers as NumPy has them, which is several times faster."""
    if isinstance(column, pd.Series):
        return column.to_numpy(dtype=float, na_value=np.nan)
    found: NDArray[np.float64] = column.to_numpy().astype(float)
    return found
