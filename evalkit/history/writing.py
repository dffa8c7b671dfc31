"""A history in the terminal and for scripts."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from evalkit.comparison.writing import points
from evalkit.history.trend import Point, Series
from evalkit.reports.formatting import interval, visible

FORMAT = 1
_BLOCKS = "▁▂▃▄▅▆▇█"
_MARKS = {"better": "▲", "worse": "▼", "": " "}


def sparkline(shares: Sequence[float]) -> str:
    """One block for each share, from 0 to 1 whatever the shares are, so that two lines can be compared.

    >>> sparkline([0.0, 0.5, 1.0])
    '▁▅█'
    """
    return "".join(_BLOCKS[min(len(_BLOCKS) - 1, int(share * len(_BLOCKS)))] for share in shares)


def to_text(found: Sequence[Series]) -> str:
    """For the terminal: a sparkline for each series, then its runs; ▲ and ▼ mark changes for sure."""
    return str(visible("\n\n".join("\n".join(_lines(series)) for series in found)))


def to_json(found: Sequence[Series]) -> str:
    """Everything as one JSON object; what is not defined is null."""
    data = {"format": FORMAT, "level": 0.95, "correction": "fdr_bh", "series": [_as_data(each) for each in found]}
    return json.dumps(data, indent=2)


def _as_data(series: Series) -> dict[str, Any]:
    rows = [{**asdict(point), "mark": point.mark} for point in series.points]
    for row in rows:
        row.update({name: None for name, value in row.items() if isinstance(value, float) and math.isnan(value)})
    return {**asdict(series), "points": rows}


def _lines(series: Series) -> Iterator[str]:
    yield f"{series.name}  {sparkline([point.estimate for point in series.points])}"
    width = max(len(point.run) for point in series.points)
    for point in series.points:
        yield f"  {_MARKS[point.mark]} {point.created[:16]:16}  {point.run:{width}}  {_told(point)}".rstrip()


def _told(point: Point) -> str:
    told = interval(point.estimate, point.low, point.high)
    if not math.isnan(point.difference):
        told += f"  {points(point.difference)}"
    return f"{told}  {point.note}" if point.note else told
