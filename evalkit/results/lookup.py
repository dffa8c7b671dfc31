"""Single samples by their number, with texts and tokens: only their shards are read, and the last ones are kept."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from evalkit.errors import RunDirectoryError
from evalkit.paths import AnyPath, RemotePath
from evalkit.results import shards
from evalkit.results.frames import Results
from evalkit.results.reading import shard_paths

KEPT = 48  # shards in memory


class SampleLookup:
    """Rows of `results.samples`, by position, as they are on disk; each is read when it is asked for.

    Raises RunDirectoryError where a run has got further samples since it was loaded, or where a shard is broken.
    """

    def __init__(self, results: Results) -> None:
        self._samples = results.samples
        self._paths = [path for run in results.runs for path in shard_paths(run.path, "samples")]
        sizes = [_rows(path) for path in self._paths]
        self._ends = np.cumsum(sizes, dtype=np.int64)
        self._read = lru_cache(maxsize=KEPT)(_table)

    def sample(self, number: int) -> Mapping[str, Any]:
        """The columns of a sample."""
        return self._row(number, shards.SAMPLES, "samples")

    def tokens(self, number: int) -> Mapping[str, Sequence[Any]]:
        """Its tokens, one list per quantity."""
        return self._row(number, shards.TOKENS, "tokens")

    def _row(self, number: int, schema: pa.Schema, kind: str) -> Mapping[str, Any]:
        unit = int(np.searchsorted(self._ends, number, side="right"))
        if unit >= len(self._paths):
            raise self._changed()
        path = self._paths[unit]
        first = int(self._ends[unit - 1]) if unit else 0
        table = self._read(path.with_name(path.name.replace("samples", kind, 1)), schema)
        row: Mapping[str, Any] = table.slice(number - first, 1).to_pylist()[0]
        if row["task_id"] != self._samples["task_id"].iloc[number]:
            raise self._changed()
        return row

    def _changed(self) -> RunDirectoryError:
        folder = self._paths[0].parent if self._paths else "The run"
        return RunDirectoryError(f"{folder} has got further samples since it was read. Read it again.")


def _rows(path: AnyPath) -> int:
    try:
        rows: int = pq.read_metadata(path.source() if isinstance(path, RemotePath) else path).num_rows
    except (OSError, pa.ArrowException) as error:
        raise RunDirectoryError(f"{path} cannot be read: {error}. Delete it and resume the run.") from error
    return rows


def _table(path: AnyPath, schema: pa.Schema) -> pa.Table:
    return shards.read_shard(path, schema)
