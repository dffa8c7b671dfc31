"""Single samples by their number, with texts, tokens and verdicts: only their units are read, and the last ones are
kept."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from evalkit.errors import RunDirectoryError
from evalkit.paths import AnyPath
from evalkit.results import shards
from evalkit.results.codes import Codes, codes
from evalkit.results.frames import Results, as_table, without
from evalkit.results.layout import Part, parts
from evalkit.results.reading import read_part

KEPT = 16  # units in memory
_KNOWN: "WeakKeyDictionary[Results, SampleLookup]" = WeakKeyDictionary()
_SCHEMAS = {"samples": shards.SAMPLES, "tokens": shards.TOKENS}
Rows = Mapping[str, Any]


def lookup_of(results: Results) -> "SampleLookup":
    """The lookup of these tables, which several parts of a report use: it opens every file of samples once."""
    if results not in _KNOWN:
        folders = [run.path for run in results.runs]
        _KNOWN[results] = SampleLookup(folders, codes(results.samples["task_id"]), as_table(results.quarantined))
    return _KNOWN[results]


class SampleLookup:
    """Samples of runs by their place among all of them, as they are on disk; each is read when it is asked for.

    `tasks` says of which task each is, `unreliable` which tests (task_id, test) do not count, and `sizes` how many
    samples each unit has, where that is known already. Raises RunDirectoryError where a run has got further samples
    since it was loaded, or where a shard is broken.
    """

    def __init__(
        self, folders: Sequence[AnyPath], tasks: Codes, unreliable: pa.Table, sizes: Sequence[int] | None = None
    ) -> None:
        self._tasks, self.unreliable = tasks, unreliable
        found = [part for folder in folders for part in parts(folder, "samples")]
        self._units = [part.unit(unit) for part in found for unit in range(part.first, part.last + 1)]
        self.sizes = [size for part in found for size in _sizes(part)] if sizes is None else list(sizes)
        self._ends = np.cumsum(self.sizes, dtype=np.int64)
        self._read = lru_cache(maxsize=KEPT)(self._unit)
        self._judged = lru_cache(maxsize=KEPT)(self._verdicts)

    def sample(self, number: int, columns: Sequence[str] = shards.SAMPLES.names) -> Rows:
        """The columns of a sample."""
        unit, at = self._place(number)
        table = self._read(unit, "samples")
        if table.value("task_id", at) != self._tasks.values[self._tasks.numbers[number]]:
            raise self._changed()
        return table.row(at, columns)

    def tokens(self, number: int, lists: Sequence[str] | None = None) -> Mapping[str, Sequence[Any]]:
        """Its tokens, one list per quantity."""
        unit, at = self._place(number)
        return self._read(unit, "tokens").row(at, lists)

    def verdicts(self, number: int) -> Sequence[Rows]:
        """The columns of its verdicts that do not name the sample, in the order of its tests."""
        unit, at = self._place(number)
        return self._judged(unit).of(self._read(unit, "samples").key(at))

    def some(
        self, numbers: NDArray[np.int64], columns: Sequence[str], lists: Sequence[str] = ()
    ) -> Iterator[tuple[int, Rows, Mapping[str, Sequence[Any]]]]:
        """Of many samples, in rising order: the number, columns of the sample and lists of its tokens. Nothing is kept;
        of units that hold none of them, nothing is read."""
        units = np.searchsorted(self._ends, numbers, side="right")
        for unit in np.unique(units).tolist():
            wanted = numbers[units == unit]
            places = [self._place(number)[1] for number in wanted.tolist()]
            part = self._units[unit]
            samples = read_part(part, shards.SAMPLES, columns).take(places).to_pylist()
            tokens = read_part(part.of("tokens"), shards.TOKENS, lists).take(places).to_pylist() if lists else samples
            yield from zip(wanted.tolist(), samples, tokens, strict=True)

    def _place(self, number: int) -> tuple[int, int]:
        """Which unit a sample is in, and where in it."""
        unit = int(np.searchsorted(self._ends, number, side="right"))
        if unit >= len(self._units) or len(self.sizes) != len(self._units):
            raise self._changed()
        return unit, number - (int(self._ends[unit - 1]) if unit else 0)

    def _unit(self, unit: int, kind: str) -> "_Unit":
        return _Unit(read_part(self._units[unit].of(kind), _SCHEMAS[kind]))

    def _verdicts(self, unit: int) -> "_Judged":
        return _Judged(without(_judged(self._units[unit].of("verdicts")), self.unreliable))

    def _changed(self) -> RunDirectoryError:
        folder = self._units[0].path.parent if self._units else "The run"
        return RunDirectoryError(f"{folder} has got further samples since it was read. Read it again.")


class _Unit:
    """A unit's samples or tokens in memory, of which single rows are made."""

    def __init__(self, table: pa.Table) -> None:
        self._columns: dict[str, Any] = {name: table[name].combine_chunks() for name in table.column_names}

    def row(self, at: int, columns: Sequence[str] | None) -> Rows:
        return {name: self.value(name, at) for name in columns or self._columns}

    def value(self, name: str, at: int) -> Any:
        column = self._columns[name]
        if isinstance(column, pa.ListArray):  # of tokens: long, and mostly one row of them is asked for
            return _plain(column[at])
        if not isinstance(column, list):
            column = self._columns[name] = column.to_pylist()
        return column[at]

    def key(self, at: int) -> tuple[Any, ...]:
        return tuple(self.value(name, at) for name in shards.KEY_COLUMNS)


class _Judged:
    """A unit's verdicts in memory, found by their samples' keys."""

    def __init__(self, table: pa.Table) -> None:
        numbers = np.zeros(len(table), dtype=np.int64)
        for column in (codes(table[name]) for name in shards.KEY_COLUMNS):
            numbers = np.unique(numbers * (len(column.values) + 1) + column.numbers, return_inverse=True)[1]
        first, sizes = np.unique(numbers, return_index=True, return_counts=True)[1:]
        keys = table.select(shards.KEY_COLUMNS).take(first).to_pylist()
        begins = (np.cumsum(sizes) - sizes).tolist()
        self._places = {
            tuple(key.values()): place
            for key, place in zip(keys, zip(begins, sizes.tolist(), strict=True), strict=True)
        }
        self._table = table.drop_columns(list(shards.KEY_COLUMNS)).take(np.argsort(numbers, kind="stable"))

    def of(self, key: tuple[Any, ...]) -> list[Rows]:
        found: list[Rows] = self._table.slice(*self._places.get(key, (0, 0))).to_pylist()
        return found


def _plain(value: pa.Scalar) -> Any:
    """A list of numbers by way of NumPy, which is ten times as fast."""
    if pa.types.is_primitive(value.type.value_type) and value.is_valid:
        return value.values.to_numpy(zero_copy_only=False).tolist()
    return value.as_py()


def _judged(part: Part) -> pa.Table:
    """A unit's verdicts; none where it is not judged yet."""
    try:
        return read_part(part, shards.VERDICTS)
    except RunDirectoryError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return shards.VERDICTS.empty_table()
        raise


def _sizes(part: Part) -> list[int]:
    """Samples of each unit of a file."""
    found = shards.group_sizes(part.path)
    return [sum(found)] if part.groups is None else found
