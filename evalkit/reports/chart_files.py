"""Charts as files: Vega-Lite specifications in YAML, packaged or a user's own, and the data they name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from evalkit.errors import ReportError
from evalkit.registry import data_folder
from evalkit.reports import charts
from evalkit.reports.data import DATA
from evalkit.reports.definition import Source
from evalkit.reports.shown import numbers
from evalkit.reports.summary import Summary
from evalkit.reports.tables import Table

SUFFIX = ".yaml"


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart of a run: the frames it draws, and, for readers who want digits, their table."""

    name: str
    specification: Mapping[str, Any]
    data: Mapping[str, pd.DataFrame]
    place: str

    @property
    def description(self) -> str:
        """What the chart shows, in a sentence."""
        return str(self.specification.get("description", self.name))

    @property
    def large(self) -> bool:
        """Whether it has a size of its own, which must not be squeezed."""
        return "width" in self.specification

    @property
    def numbers(self) -> Table:
        """The first of its frames as a table."""
        return numbers(next(iter(self.data.values())))

    def drawing(self) -> Markup:
        """The part of the page."""
        return Markup(charts.for_page(self.svg(), self.name))  # vl-convert escapes every text

    def svg(self) -> str:
        """The drawing as a file. Raises ReportError that names the specification's place."""
        try:
            return charts.svg(self.specification, self.data)
        except ValueError as error:
            reason = " ".join(str(error).splitlines()[:2])
            raise ReportError(f"{self.place}: the chart cannot be drawn: {reason}.") from error


@dataclass(frozen=True, eq=False)
class ChartFile:
    """A specification, and where it stands."""

    name: str
    specification: Mapping[str, Any]
    names: Sequence[str]
    place: str

    def of(self, summary: Summary) -> Chart:
        """The chart of a run. Raises Lacking where the run does not have its data."""
        return Chart(self.name, self.specification, {name: DATA[name](summary) for name in self.names}, self.place)


def find_chart(given: str | Mapping[str, Any], source: Source, place: Sequence[str | int]) -> ChartFile:
    """A packaged chart by name, one's own by its path beside the report's file, or a specification that stands there.

    Raises ReportError with file and line for what is no chart.
    """
    if not isinstance(given, str):
        line = source.line(place)
        return _checked(f"chart-{line}", given, source, place)
    if given.endswith(SUFFIX):
        own = Source(source.path.parent / given)
        return _checked(own.path.stem, own.values, own, ())
    path = data_folder("reports") / "charts" / f"{given}{SUFFIX}"
    if not path.is_file():
        known = ", ".join(sorted(each.stem for each in path.parent.glob(f"*{SUFFIX}")))
        raise source.error(place, f"unknown chart {given!r}; known are {known}. Or give a file that ends in {SUFFIX}.")
    return _packaged(path)


@cache
def _packaged(path: Path) -> ChartFile:
    values = Source(path).values
    return ChartFile(path.stem, values, list(_data_names(values)), str(path))


def _checked(name: str, values: object, source: Source, place: Sequence[str | int]) -> ChartFile:
    """A specification that someone else wrote, held to the schema of Vega-Lite."""
    if not isinstance(values, dict):
        raise source.error(place, "a chart is a Vega-Lite specification: a mapping with data, mark and encoding.")
    names = list(dict.fromkeys(_data_names(values)))
    unknown = [each for each in names if each not in DATA]
    if unknown or not names:
        what = f"unknown data {unknown[0]!r}" if unknown else "a chart needs 'data: {name: ...}'"
        raise source.error((*place, "data"), f"{what}; known are {', '.join(DATA)}.")
    _check_schema(values, source, place)
    return ChartFile(name, values, names, f"{source.path}:{source.line(place)}")


def _check_schema(values: Mapping[str, Any], source: Source, place: Sequence[str | int]) -> None:
    import altair
    from jsonschema.exceptions import ValidationError

    try:
        altair.Chart.from_dict(dict(values))
    except ValidationError as error:
        message = " ".join(error.message.split())
        within = [step for step in error.absolute_path if isinstance(step, str | int)]
        raise source.error((*place, *within), f"not a Vega-Lite chart: {message}") from error


def _data_names(part: object) -> Iterator[str]:
    """Every name in a `data: {name: ...}` of the specification."""
    if isinstance(part, dict):
        data = part.get("data")
        if isinstance(data, dict) and isinstance(data.get("name"), str):
            yield data["name"]
        for value in part.values():
            yield from _data_names(value)
    elif isinstance(part, list):
        for value in part:
            yield from _data_names(value)
