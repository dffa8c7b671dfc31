"""From a definition to what the templates show: each section with its charts, tables and reasons."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from evalkit.reports.blocks import BLOCKS
from evalkit.reports.chart_files import Chart, find_chart
from evalkit.reports.data import DATA, Lacking
from evalkit.reports.definition import Definition, Section, Source
from evalkit.reports.shown import TABLES, numbers
from evalkit.reports.summary import Summary
from evalkit.reports.tables import Table

T = TypeVar("T")
_COLUMNS = {"prompt": "prompt_style", "position": "context_position"}


@dataclass(frozen=True, eq=False)
class Block:
    """A template, with what its function made for it: None for templates of a user's own."""

    name: str
    data: Any
    line: int


@dataclass(frozen=True, eq=False)
class Shown:
    """A section as the templates show it. `tables` have captions; `reasons` are sentences, for what is lacking."""

    id: str
    title: str
    text: str | None
    first: bool
    charts: Sequence[Chart]
    tables: Sequence[tuple[str, Table]]
    blocks: Sequence[Block]
    reasons: Sequence[str]


def shown_sections(summary: Summary, definition: Definition, source: Source) -> list[Shown]:
    """The sections whose factors vary and that have something to show, or a reason to give.

    Raises ReportError, with file and line, for charts and tables that do not exist.
    """
    found = []
    for at, section in enumerate(definition.sections):
        builder = _Builder(summary, source, ("sections", at))
        builder.check(section)
        if _varies(summary, section):
            shown = builder.build(section)
            if shown.charts or shown.tables or shown.blocks or not section.optional:
                found.append(shown)
    return found


def _varies(summary: Summary, section: Section) -> bool:
    columns = [_COLUMNS.get(factor, factor) for factor in section.varies]
    return not columns or any(summary.outcomes[name].nunique() > 1 for name in columns)


class _Builder:
    """Puts one section together; knows its place in the file for what must be said of it."""

    def __init__(self, summary: Summary, source: Source, place: tuple[str | int, ...]) -> None:
        self.summary, self.source, self.place = summary, source, place
        self.reasons: list[str] = []

    def check(self, section: Section) -> None:
        """Every name of the section exists, also where the section is not shown this time."""
        for at, name in enumerate(section.table):
            if name not in TABLES and name not in DATA:
                known = ", ".join(sorted({*TABLES, *DATA}))
                raise self.source.error((*self.place, "table", at), f"unknown table {name!r}; known are {known}.")
        self.charts = [
            find_chart(given, self.source, (*self.place, "chart", at)) for at, given in enumerate(section.chart)
        ]

    def build(self, section: Section) -> Shown:
        """The section with all that the run has for it."""
        charts = [self._or_reason(chart.of) for chart in self.charts]
        blocks = [self._block(at, name) for at, name in enumerate(section.template)]
        return Shown(
            id=_slug(section.title),
            title=section.title,
            text=section.text,
            first=section.first,
            charts=[chart for chart in charts if chart is not None],
            tables=list(self._tables(section)),
            blocks=[block for block in blocks if block is not None],
            reasons=list(dict.fromkeys(self.reasons)),
        )

    def _tables(self, section: Section) -> Iterator[tuple[str, Table]]:
        for name in section.table:
            caption, make = TABLES.get(name) or (section.title, partial(_digits, name))
            table = self._or_reason(make)
            if table is not None:
                yield caption, table

    def _block(self, at: int, name: str) -> Block | None:
        data = self._or_reason(BLOCKS.get(name, _nothing))
        return None if data is None else Block(name, data, self.source.line((*self.place, "template", at)))

    def _or_reason(self, make: Callable[[Summary], T]) -> T | None:
        try:
            return make(self.summary)
        except Lacking as lacking:
            self.reasons.append(str(lacking))
            return None


def _digits(name: str, summary: Summary) -> Table:
    return numbers(DATA[name](summary))


def _nothing(summary: Summary) -> object:
    """What a user's own template gets besides the summary."""
    return ()


def _slug(title: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in title.lower()).split())
