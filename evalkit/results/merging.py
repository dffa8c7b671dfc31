"""Tables of several runs as one: which run a row is from, and numbers that name one sample each."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from evalkit.errors import RunDirectoryError
from evalkit.results import shards
from evalkit.results.runs import Run


def shifts(runs: Sequence[Run], samples: Sequence[pa.Table]) -> tuple[int, ...]:
    """What is added to each run's indices, so that runs of the same cells with other seeds are more samples of them.

    Raises RunDirectoryError when two runs share a cell's tasks and the seed: they hold the same draws.
    """
    found: list[int] = []
    taken: dict[tuple[object, ...], tuple[Run, int]] = {}
    for run, table in zip(runs, samples, strict=True):
        ends = _ends(table)
        met = [(key, *taken[key]) for key in ends if key in taken]
        for _, other, _ in met:
            if other.manifest.get("seed") == run.manifest.get("seed"):
                raise RunDirectoryError(
                    f"{other.path} and {run.path} hold the same samples: same task, same cell and same seed. "
                    f"Give only one of them."
                )
        shift = max((end for _, _, end in met), default=0)
        taken |= {key: (run, end + shift) for key, end in ends.items()}
        found.append(shift)
    return tuple(found)


def merged(table: pa.Table, label: str, shift: int, labelled: bool = True) -> pa.Table:
    """A run's table with its indices moved and, unless not `labelled`, a column that names the run."""
    if shift and "index" in table.column_names:
        at = table.column_names.index("index")
        moved = pc.add(table["index"], pa.scalar(shift, pa.int32()))
        table = table.set_column(at, table.schema.field("index"), moved)
    if not labelled:
        return table
    return table.append_column("run", pa.repeat(label, len(table)).dictionary_encode())


def _ends(samples: pa.Table) -> dict[tuple[object, ...], int]:
    """For each task and cell, one more than its largest index."""
    names = [name for name in shards.KEY_COLUMNS if name != "index"]
    keys = samples.select([*names, "index"])
    keys = pa.table({name: _plain(keys[name]) for name in keys.column_names})
    largest = keys.group_by(names).aggregate([("index", "max")])
    return {tuple(row[name] for name in names): row["index_max"] + 1 for row in largest.to_pylist()}


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
