"""Many small files of a run as few large ones: same rows, same order, each unit still readable by itself.

Units that lack something (verdicts, or a verdict that is unscored) are left as they are, so a merged file is never
written again. First the merged files appear, those of samples last, then the small ones go: killed at any moment, the
run is whole, and the next call removes what is left over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import pyarrow as pa
import pyarrow.parquet as pq

from evalkit.paths import AnyPath
from evalkit.results import shards
from evalkit.results.files import explained, write_atomically
from evalkit.results.layout import KINDS, Part, left_over, merged_name, parts_among
from evalkit.results.run_directory import RunDirectory

SAMPLES = 16_384  # in one merged file


@dataclass(frozen=True, slots=True)
class Compacted:
    """Files of results before and after."""

    before: int
    after: int


def compact(path: AnyPath, samples: int = SAMPLES) -> Compacted:
    """Merge the files of a run that nobody is working on, about so many samples into one. Raises RunDirectoryError."""
    with RunDirectory.open(path) as run, explained(run.path, "Nothing is lost: mend that, then compact again."):
        before = _clean(run.path)
        for units in list(_groups(run, max(2, samples // run.unit_size))):
            _merge(run.path, units)
        return Compacted(before, _clean(run.path))


def _groups(run: RunDirectory, most: int) -> Iterator[list[Part]]:
    """Neighbours among the files of samples that are whole and have the same columns, two or more together."""
    found = {kind: {part.first: part for part in run.parts(kind) if part.groups is None} for kind in KINDS}
    whole = sorted(unit for unit in found["samples"] if unit in found["tokens"] and run.has_verdicts(unit))

    def alike(numbered: tuple[int, int]) -> tuple[object, ...]:
        at, unit = numbered
        return unit - at, unit in found["repeats"], shards.has_top(found["tokens"][unit].path)

    for _, neighbours in groupby(enumerate(whole), alike):
        units = [found["samples"][unit] for _, unit in neighbours]
        several = (units[at : at + most] for at in range(0, len(units), most))
        yield from (each for each in several if len(each) > 1)


def _merge(folder: AnyPath, units: Sequence[Part]) -> None:
    known = {path.name for path in folder.iterdir()}
    for kind in KINDS:
        each = [part.of(kind).path for part in units]
        if each[0].name in known:  # a run without repeated verdicts has no files of them
            write_atomically(folder / merged_name(kind, units[0].first, units[-1].first), _joined(each))


def _joined(paths: Sequence[AnyPath]) -> bytes:
    buffer = pa.BufferOutputStream()
    writer: pq.ParquetWriter | None = None
    for path in paths:
        table = shards.read_any(path)
        writer = writer or pq.ParquetWriter(buffer, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=max(1, len(table)))  # a unit, a row group
    assert writer is not None  # there are two paths or more
    writer.close()
    data: bytes = buffer.getvalue().to_pybytes()
    return data


def _clean(folder: AnyPath) -> int:
    """Remove what was merged, or was not merged to the end; how many files of results there are."""
    listing: list[AnyPath] = list(folder.iterdir())
    for path in left_over(listing):
        path.unlink(missing_ok=True)
    return sum(len(parts_among(listing, kind)) for kind in KINDS)
