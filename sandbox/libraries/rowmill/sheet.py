"""Sheets: tables whose rows all have the same columns. A sheet never changes; every method gives a new one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from rowmill.measures import Measure

Record = dict[str, Any]


class Sheet:
    """Rows in an order, with named columns. A cell without a value is blank: None."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Record]) -> None:
        self._columns = tuple(columns)
        self._rows = [{name: row.get(name) for name in self._columns} for row in rows]

    @classmethod
    def of(cls, records: Iterable[Mapping[str, Any]]) -> "Sheet":
        """A sheet of mappings; its columns are in the order in which they first appear."""
        rows = [dict(record) for record in records]
        return cls(tuple(dict.fromkeys(name for row in rows for name in row)), rows)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return self._columns

    def records(self) -> list[Record]:
        """The rows as new dictionaries."""
        return [dict(row) for row in self._rows]

    def __len__(self) -> int:
        return len(self._rows)

    def sift(self, test: Callable[[Record], bool]) -> "Sheet":
        """The rows for which `test(row)` holds."""
        return Sheet(self._columns, [row for row in self.records() if test(row)])

    def derive(self, **cells: Callable[[Record], Any]) -> "Sheet":
        """With more columns, or others of the same name: each is a function of the row."""
        rows = [row | {name: cell(row) for name, cell in cells.items()} for row in self.records()]
        return Sheet(tuple(dict.fromkeys((*self._columns, *cells))), rows)

    def ranked(self, column: str, falling: bool = False) -> "Sheet":
        """Sorted by one column. Equal rows stay in their order, also when falling; blank cells come last."""
        self._require(column)
        full = [row for row in self._rows if row[column] is not None]
        blank = [row for row in self._rows if row[column] is None]
        return Sheet(self._columns, sorted(full, key=itemgetter(column), reverse=falling) + blank)

    def bunch(self, *columns: str, blanks: bool = False) -> "Bunches":
        """The rows in bunches that agree in `columns`. Rows with a blank there are dropped, unless `blanks`."""
        for column in columns:
            self._require(column)
        bunches: dict[tuple[Any, ...], list[Record]] = {}
        for row in self._rows:
            key = tuple(row[column] for column in columns)
            if blanks or None not in key:
                bunches.setdefault(key, []).append(row)
        return Bunches(columns, bunches)

    def graft(self, other: "Sheet", on: str, take: str = "every", absent: object = None) -> "Sheet":
        """Every row with the other columns of the rows of `other` that have the same cell in `on`.

        take: "every" match, each in a row of its own, or the "first" alone. absent: the cells of rows without a match.
        """
        if take not in ("every", "first"):
            raise ValueError(f"take must be 'every' or 'first', not {take!r}")
        self._require(on)
        found = other.bunch(on).rows_by_key
        added = [name for name in other.columns if name != on]
        nothing: list[Record] = [dict.fromkeys(added, absent)]
        rows = []
        for row in self._rows:
            matches = found.get((row[on],), nothing)
            rows += [row | {name: match[name] for name in added} for match in matches[: 1 if take == "first" else None]]
        return Sheet(tuple(dict.fromkeys((*self._columns, *added))), rows)

    def spread(self, down: str, across: str, cell: Measure, absent: object = None) -> "Sheet":
        """One row for each value of `down`, one column for each value of `across`, in the order of first appearance.

        cell: a measure of the rows that meet there. absent: what stands where none meet.
        """
        names = list(dict.fromkeys(row[across] for row in self._rows))
        rows = []
        for (value,), members in self.bunch(down).rows_by_key.items():
            met = {name: [row for row in members if row[across] == name] for name in names}
            rows.append({down: value} | {name: cell(found) if found else absent for name, found in met.items()})
        return Sheet((down, *names), rows)

    def _require(self, column: str) -> None:
        if column not in self._columns:
            raise LookupError(f"the sheet has no column {column!r}, only {', '.join(self._columns)}")


class Bunches:
    """Rows that belong together, in the order in which each bunch first appeared."""

    def __init__(self, columns: Sequence[str], rows_by_key: dict[tuple[Any, ...], list[Record]]) -> None:
        self._columns = tuple(columns)
        self.rows_by_key = rows_by_key

    def fold(self, **measures: Measure) -> Sheet:
        """A sheet with one row for each bunch: its key, and a column for each measure."""
        rows: list[Record] = []
        for key, members in self.rows_by_key.items():
            row: Record = dict(zip(self._columns, key, strict=True))
            rows.append(row | {name: measure(members) for name, measure in measures.items()})
        return Sheet((*self._columns, *measures), rows)

    def __iter__(self) -> Iterator[tuple[tuple[Any, ...], Sheet]]:
        for key, rows in self.rows_by_key.items():
            yield key, Sheet(tuple(rows[0]), rows)
