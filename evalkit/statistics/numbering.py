"""Rows of one table found in another by the columns that name a sample, as whole numbers: fast for millions of rows."""

from collections.abc import Sequence
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.results import Results
from evalkit.results.shards import KEY_COLUMNS

Integers = NDArray[np.int64]


_KNOWN: WeakKeyDictionary[Results, Integers] = WeakKeyDictionary()


def verdict_numbers(results: Results) -> Integers:
    """`sample_numbers` of the verdicts of a run; found once, since nearly every table needs them."""
    if results not in _KNOWN:
        _KNOWN[results] = sample_numbers(results.samples, results.verdicts)
    return _KNOWN[results]


def sample_numbers(samples: pd.DataFrame, others: pd.DataFrame) -> Integers:
    """For each row of `others`, the position in `samples` of the row with the same key; -1 where there is none."""
    split = len(samples)
    if not len(others):
        return np.zeros(0, dtype=np.int64)
    codes = group_numbers([pd.concat([samples[name], others[name]], ignore_index=True) for name in KEY_COLUMNS])
    first = np.full(codes.max(initial=-1) + 1, -1, dtype=np.int64)
    first[codes[:split][::-1]] = np.arange(split)[::-1]
    return first[codes[split:]]


def group_numbers(columns: Sequence[pd.Series]) -> Integers:
    """One number for each different row of the columns, from 0 in order of first appearance."""
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        of_column, values = pd.factorize(_plain(column))
        codes = codes * (len(values) + 1) + of_column + 1
        codes = pd.factorize(codes)[0]  # keeps the numbers small enough to be multiplied again
    return codes


def _plain(column: pd.Series) -> "pd.Series | NDArray[np.float64]":
    """Numbers as NumPy has them, which is several times faster; texts as they are."""
    numeric = pd.api.types.is_numeric_dtype(column.dtype)
    return column.to_numpy(dtype=float, na_value=np.nan) if numeric else column
