"""Charts: one Vega-Lite specification each, drawn by vl-convert for the page and for files alike.

A specification names its data (`data: {name: passing}`); what the name stands for is put in here. No code of Vega is
in the page: it holds the drawings, with colours that follow the reader's theme. That opens at once,
prints, needs no script, and lets the page forbid `eval`.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from evalkit.reports.drawer import draw
from evalkit.reports.formatting import visible

VEGA_LITE = "6.4"
WIDTH = 440  # pixels: half a page, and legible on a phone
# Metrics that vl-convert and nearly every reader's system have: labels are as wide as they were measured.
_FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
_TEXT, _QUIET, _GRID = "#1b1f24", "#505a66", "#d0d7de"
_SERIES = ("#0067a5", "#c2410c", "#00765a", "#8b4a9c", "#7a5c00", "#505a66")
# Colours of the specifications, and the variables of the page's style sheet that stand for them in either theme.
_VARIABLES = {
    _TEXT: "--text",
    _QUIET: "--quiet",
    _GRID: "--line",
    "#0067a5": "--blue",
    "#c2410c": "--red",
    "#00765a": "--green",
    "#8b4a9c": "--purple",
    "#7a5c00": "--ochre",
    "#eef4fa": "--heat-1",
    "#c4dcf0": "--heat-2",
    "#7fb2dd": "--heat-3",
    "#2f77b4": "--heat-4",
    "#0a4a85": "--heat-5",
    "#0f1720": "--on-low",
    "#fdfefe": "--on-high",
}
_COLOUR = re.compile(r'\b(fill|stroke)="(#[0-9a-fA-F]{6})"')
_ID = re.compile(r'(\bid="|url\(#|href="#(?!samples\?))')
# What vl-convert puts before an address that has no host: links into the page itself must stay there.
_BASE = 'href="https://vega.github.io/vega-datasets/#'


def filled(specification: Mapping[str, Any], data: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """A specification with its data and the look of all charts, WIDTH pixels from edge to edge."""
    config = _config()
    config.update(specification.get("config", {}))
    return {
        "$schema": f"https://vega.github.io/schema/vega-lite/v{VEGA_LITE}.json",
        **(
            {}
            if _is_composed(specification)
            else {"width": WIDTH, "autosize": {"type": "fit-x", "contains": "padding"}}
        ),
        **specification,
        "datasets": {name: _records(frame) for name, frame in data.items()},
        "config": config,
    }


def svg(specification: Mapping[str, Any], data: Mapping[str, pd.DataFrame]) -> str:
    """The drawing as a file. Raises ValueError when the specification is none."""
    return draw(json.dumps(filled(specification, data)), VEGA_LITE).replace(_BASE, 'href="#')


def for_page(drawing: str, name: str) -> str:
    """A drawing as a part of the page: its colours follow the theme, and its ids are its own."""
    themed = _COLOUR.sub(lambda found: f'{found[1]}="{_variable(found[2])}"', drawing)
    bare = re.sub(r' xmlns(?::xlink)?="[^"]*"', "", themed, count=2)  # HTML knows what an svg element is
    return _ID.sub(lambda found: f"{found[1]}{name}-", bare)


def png(drawing: str) -> bytes:
    """A drawing in twice its size, on white."""
    import vl_convert

    on_white = drawing.replace("<g ", '<rect width="100%" height="100%" fill="white"/><g ', 1)
    drawn: bytes = vl_convert.svg_to_png(on_white, scale=2)
    return drawn


def _variable(colour: str) -> str:
    name = _VARIABLES.get(colour.lower())
    return f"var({name})" if name else colour


def _is_composed(specification: Mapping[str, Any]) -> bool:
    """Charts made of several side by side say themselves how wide each is."""
    return bool({"hconcat", "vconcat", "concat", "facet", "repeat", "width"} & set(specification))


def _records(frame: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> object:
    """As JSON has it: not a number is null, NumPy's numbers are Python's, and no text can reorder a label."""
    if hasattr(value, "item"):
        value = value.item()
    if value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return visible(value)


def _config() -> dict[str, Any]:
    quiet = {
        "labelColor": _TEXT,
        "titleColor": _QUIET,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    }
    return {
        "background": "transparent",
        "font": _FONT,
        "padding": {"left": 12, "top": 4, "right": 8, "bottom": 4},
        "view": {"stroke": None},
        "range": {"category": list(_SERIES)},
        "axis": {
            **quiet,
            "labelLimit": 190,
            "gridColor": _GRID,
            "domainColor": _GRID,
            "tickColor": _GRID,
            "tickCount": 5,
        },
        "axisQuantitative": {"labelOverlap": "greedy", "labelSeparation": 10},
        "legend": {
            **quiet,
            "orient": "bottom",
            "symbolOpacity": 1,
            "labelLimit": WIDTH - 60,
            "columns": 3,
        },
    }
