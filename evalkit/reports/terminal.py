"""The first screen in the terminal: the sentence, pass@k, the worst requirements, what helped, how sure."""

from collections.abc import Callable

from rich.bar import Bar
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from evalkit.reports.data import Lacking
from evalkit.reports.data.effects import all_effects
from evalkit.reports.data.passing import by_cell
from evalkit.reports.data.requirements import worst
from evalkit.reports.formatting import interval, visible
from evalkit.reports.headline import headline, warnings
from evalkit.reports.servers import spending
from evalkit.reports.summary import Summary, summarise
from evalkit.reports.sureness import how_sure
from evalkit.results import load
from evalkit.results.runs import Runs

_BAR = 24  # characters
_COLOURS = {"better": "green", "worse": "red", "unclear": "dim"}


def show(runs: Runs, console: Console | None = None) -> None:
    """Print the first screen of a report. Raises RunDirectoryError when a run cannot be read."""
    (console or Console()).print(first_screen(summarise(load(runs, texts=False))))


def first_screen(summary: Summary) -> RenderableType:
    """What `show` prints."""
    parts: list[RenderableType] = [Text(_safe(headline(summary)), style="bold")]
    parts += [Text(f"Warning: {_safe(warning)}", style="yellow") for warning in warnings(summary)]
    parts += [Text(_safe(line)) for line in spending(summary)]
    for title, make in (("Passing", _passing), ("Requirements broken most often", _worst), ("What helped", _effects)):
        parts += [Text(f"\n{title}", style="bold cyan"), _or_reason(make, summary)]
    parts += [Text("\nHow sure", style="bold cyan"), _or_reason(_sure, summary)]
    return Group(*parts)


def _or_reason(make: Callable[[Summary], RenderableType], summary: Summary) -> RenderableType:
    try:
        return Padding(make(summary), (0, 0, 0, 2))
    except Lacking as lacking:
        return Padding(Text(str(lacking), style="dim"), (0, 0, 0, 2))


def _passing(summary: Summary) -> RenderableType:
    table = _table()
    for row in by_cell(summary).to_dict("records"):
        share = interval(row["estimate"], row["low"], row["high"])
        table.add_row(_safe(row["cell"]), row["measure"], _bar(row["estimate"], "blue"), share)
    return table


def _worst(summary: Summary) -> RenderableType:
    table = _table()
    for row in worst(summary).to_dict("records"):
        share = interval(row["estimate"], row["low"], row["high"])
        table.add_row(_safe(row["label"]), _safe(row["kind"]), _bar(row["estimate"], "red"), share)
    return table


def _effects(summary: Summary) -> RenderableType:
    table = _table()
    for row in all_effects(summary).to_dict("records"):
        table.add_row(Text(row["found"], style=_COLOURS[row["found"]]), _safe(row["told"]))
    return table


def _sure(summary: Summary) -> RenderableType:
    return Group(*(Text(f"• {_safe(sentence)}") for sentence in how_sure(summary)))


def _table() -> Table:
    return Table(box=None, show_header=False, pad_edge=False)


def _bar(share: float, colour: str) -> Bar:
    return Bar(1.0, 0.0, share, width=_BAR, color=colour)


def _safe(text: object) -> str:
    """No escape sequence of a model's or a suite's text reaches the terminal, and nothing in it is markup."""
    return str(visible(str(text)))
