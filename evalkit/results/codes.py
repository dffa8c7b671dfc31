"""Columns of texts as whole numbers, by which millions of rows are counted and grouped."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray


class Codes(NamedTuple):
    """`values` are different texts; `numbers` says for each row at which place its own is, -1 where it has none.

    A value need not occur.
    """

    numbers: NDArray[np.integer[Any]]
    values: list[Any]

    def equal(self, value: str) -> NDArray[np.bool_]:
        """Whether each row has this value."""
        found: NDArray[np.bool_] = self.numbers == (
            self.values.index(value) if value in self.values else len(self.values)
        )
        return found


def codes(column: pa.ChunkedArray | pd.Series) -> Codes:
    """Of a column as `load` reads it, which is a dictionary already, or of any column of texts."""
    if isinstance(column, pd.Series):
        numbers, values = pd.factorize(column)
        return Codes(numbers, list(values))
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    if not len(column):
        return Codes(np.zeros(0, dtype=np.int64), [])
    chunk = column.unify_dictionaries().combine_chunks()
    indices = chunk.indices.fill_null(-1) if chunk.null_count else chunk.indices
    return Codes(indices.to_numpy(zero_copy_only=False), chunk.dictionary.to_pylist())
