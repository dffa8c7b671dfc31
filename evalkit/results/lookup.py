"""Single samples by their number, with texts and tokens: only their units are read, and the last ones are kept."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa

from evalkit.errors import RunDirectoryError
from evalkit.results import shards
from evalkit.results.frames import Results
from evalkit.results.layout import Part, parts
from evalkit.results.reading import read_part

KEPT = 48  # units in memory
_KNOWN: "WeakKeyDictionary[Results, SampleLookup]" = WeakKeyDictionary()


def lookup_of(results: Results) -> "SampleLookup":
    """The lookup of these tables, which several parts of a report use: it opens every file of samples once."""
    if results not in _KNOWN:
        _KNOWN[results] = SampleLookup(results)
    return _KNOWN[results]


class SampleLookup:
    """Rows of `results.samples`, by position, as they are on disk; each is read when it is asked for.

    Raises RunDirectoryError where a run has got further samples since it was loaded, or where a shard is broken.
    """

    def __init__(self, results: Results) -> None:
        self._tasks = results.samples["task_id"]
        self._units: list[Part] = []
        sizes: list[int] = []
        for part in (part for run in results.runs for part in parts(run.path, "samples")):
            found = shards.group_sizes(part.path)
            sizes += [sum(found)] if part.groups is None else found
            self._units += [part.unit(unit) for unit in range(part.first, part.last + 1)]
        self._ends = np.cumsum(sizes, dtype=np.int64)
        self._read = lru_cache(maxsize=KEPT)(_table)

    def sample(self, number: int) -> Mapping[str, Any]:
        """The columns of a sample."""
        return self._row(number, shards.SAMPLES, "samples")

    def tokens(self, number: int) -> Mapping[str, Sequence[Any]]:
        """Its tokens, one list per quantity."""
        return self._row(number, shards.TOKENS, "tokens")

    def _row(self, number: int, schema: pa.Schema, kind: str) -> Mapping[str, Any]:
        at = int(np.searchsorted(self._ends, number, side="right"))
        if at >= len(self._units):
            raise self._changed()
        first = int(self._ends[at - 1]) if at else 0
        table = self._read(self._units[at].of(kind), schema)
        row: Mapping[str, Any] = table.slice(number - first, 1).to_pylist()[0]
        if row["task_id"] != self._tasks.iloc[number]:
            raise self._changed()
        return row

    def _changed(self) -> RunDirectoryError:
        folder = self._units[0].path.parent if self._units else "The run"
        return RunDirectoryError(f"{folder} has got further samples since it was read. Read it again.")


def _table(part: Part, schema: pa.Schema) -> pa.Table:
    return read_part(part, schema)
