"""What a report writes: the page, Markdown, and on request every table and every chart as files."""

from collections.abc import Iterator
from pathlib import Path

from evalkit.paths import AnyPath
from evalkit.reports import formatting
from evalkit.reports.charts import VEGA_LITE, png
from evalkit.reports.drawer import drawer_beside
from evalkit.reports.explorer import Keeper, Kept, SampleIndex, embedded, index_of, pays
from evalkit.reports.headline import headline, warnings
from evalkit.reports.page import Report, make_report
from evalkit.reports.servers import spending
from evalkit.reports.summary import Summary, summarise
from evalkit.results import load
from evalkit.results.files import explained, write_atomically
from evalkit.results.lookup import lookup_of
from evalkit.results.runs import Runs, find_runs

MARKDOWN, HTML = "report.md", "report.html"
CHARTS, TABLES = "charts", "tables"


def write_report(
    runs: Runs, out: AnyPath | None = None, definition: Path | None = None, files: bool = False
) -> tuple[AnyPath, AnyPath]:
    """Write report.md and report.html for a run or several, complete or not, and return their paths.

    They go into the run directory, or into the folder `out`. With `files`, every table of the report's charts is
    written to tables/ (CSV and Parquet) and every chart to charts/ (SVG and PNG). Equal runs give equal bytes. Raises
    RunDirectoryError when a run cannot be read or the folder cannot be written, and ReportError for a definition or a
    template that is not valid.
    """
    _, *written = _written(runs, out, definition, files)
    return written[0], written[1]


def write_and_tell(
    runs: Runs, out: AnyPath | None = None, definition: Path | None = None, files: bool = False
) -> tuple[str, AnyPath]:
    """Write the same, and return what terminal_summary says and the path of the page; the tables are made once."""
    summary, _, page = _written(runs, out, definition, files)
    return _told(summary), page


def terminal_summary(runs: Runs) -> str:
    """The run in a sentence, then one line for everything that must be known before believing it."""
    return _told(summarise(load(runs, texts=False)))


def _told(summary: Summary) -> str:
    lines = [headline(summary), *(f"Note: {warning}" for warning in warnings(summary)), *spending(summary)]
    return "\n".join(str(formatting.visible(line)) for line in lines)


def _written(runs: Runs, out: AnyPath | None, definition: Path | None, files: bool) -> tuple[Summary, AnyPath, AnyPath]:
    with drawer_beside(VEGA_LITE):
        return _write(runs, out, definition, files)


def _write(runs: Runs, out: AnyPath | None, definition: Path | None, files: bool) -> tuple[Summary, AnyPath, AnyPath]:
    found = find_runs(runs)
    keeper = Keeper(found)  # first, so that what a run gets while it is read is not taken for read
    texts = definition is not None  # one's own templates may show any of them
    summary = summarise(load([run.path for run in found], texts=texts))
    report, index = make_report(summary, definition), index_of(summary)
    folder = out or summary.path
    data = {MARKDOWN: report.markdown(files).encode(), HTML: _embedding_page(report, index).encode()}
    with explained(folder, "Choose another folder for the report."):
        for name, each in data.items():
            _put(folder / name, each)
        for name, each in _chart_files(report) if files else ():
            _put(folder / name, each)
    if definition is None and pays(index):
        keeper.keep(kept_of(report, index))
    return summary, folder / MARKDOWN, folder / HTML


def kept_of(report: Report, index: SampleIndex) -> Kept:
    """What a viewer of the same runs needs."""
    return Kept(index, lookup_of(report.summary.results), report.html(served=bool(len(index))).encode())


def _embedding_page(report: Report, index: SampleIndex) -> str:
    """The page with its samples in it, as many as fit."""
    whole = len(index)
    if not report.definition.explorer or not whole:
        return report.html()
    data, number = embedded(index, lookup_of(report.summary.results))
    runs = " ".join(run.path.name for run in report.summary.results.runs)
    note = ""
    if number < whole:
        note = (
            f"{number:,} of {whole:,} samples are in this file, of every task and cell in turn, failing "
            f"ones first, so that it stays small. All of them: evalkit view {runs}"
        )
    return report.html(data, note)


def _chart_files(report: Report) -> Iterator[tuple[str, bytes]]:
    """Every chart as SVG and PNG, and the frames that they draw as CSV and Parquet."""
    for chart in (chart for section in report.sections for chart in section.charts):
        drawing = chart.svg()
        yield f"{CHARTS}/{chart.name}.svg", drawing.encode()
        yield f"{CHARTS}/{chart.name}.png", png(drawing)
        for name, frame in chart.data.items():
            yield f"{TABLES}/{name}.csv", frame.to_csv(index=False).encode()
            yield f"{TABLES}/{name}.parquet", frame.to_parquet(index=False)


def _put(path: AnyPath, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, data)
