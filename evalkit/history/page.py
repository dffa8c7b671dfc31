"""A history as one self-contained page: a chart for each metric of each suite, and every run in digits."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from evalkit.comparison.writing import points
from evalkit.history.trend import Series
from evalkit.registry import data_folder
from evalkit.reports import charts
from evalkit.reports.formatting import interval, visible
from evalkit.results.files import explained, write_atomically

_MARKS = {"better": "▲ better", "worse": "▼ worse", "": ""}


def write_page(found: Sequence[Series], path: Path) -> None:
    """Write it whole or not at all. Raises RunDirectoryError when the place cannot be written."""
    with explained(path.parent, "Choose another --out."):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, to_page(found).encode())


def to_page(found: Sequence[Series]) -> str:
    """The page; it loads nothing, runs nothing, and escapes every text."""
    folder = data_folder("reports")
    environment = Environment(
        loader=FileSystemLoader(folder / "history"),
        autoescape=select_autoescape(["html.jinja"]),
        finalize=visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = Markup((folder / "report.css").read_text(encoding="utf-8"))  # ours
    return environment.get_template("page.html.jinja").render(groups=list(_groups(found)), style=style)


def _groups(found: Sequence[Series]) -> Iterator[dict[str, Any]]:
    """Series of one suite and metric share a chart."""
    together: dict[tuple[str, str], list[Series]] = {}
    for series in found:
        together.setdefault((series.suite, series.metric), []).append(series)
    for number, ((suite, metric), members) in enumerate(together.items()):
        yield {
            "title": f"{suite}: {metric}",
            "chart": Markup(charts.for_page(_drawing(members), f"history-{number}")),  # vl-convert escapes every text
            "series": [{"name": f"{each.model}, {each.prompt}", "rows": list(_rows(each))} for each in members],
        }


def _rows(series: Series) -> Iterator[tuple[str, ...]]:
    for point in series.points:
        told = interval(point.estimate, point.low, point.high)
        yield (
            point.created[:16].replace("T", " "),
            point.run,
            told,
            points(point.difference),
            _MARKS[point.mark],
            point.note,
        )


def _drawing(members: Sequence[Series]) -> str:
    specification = yaml.safe_load((data_folder("reports") / "history" / "chart.yaml").read_text(encoding="utf-8"))
    # Runs stand side by side in the order of their times: those of one evening would lie on one another.
    order = sorted({(point.created, point.run) for each in members for point in each.points})
    rows = [
        {
            "run": order.index((point.created, point.run)) + 1,
            "series": f"{each.model}, {each.prompt}",
            "estimate": point.estimate,
            "low": point.low,
            "high": point.high,
            "mark": _MARKS[point.mark],
        }
        for each in members
        for point in each.points
    ]
    return charts.svg(specification, {"history": pd.DataFrame(rows)})
