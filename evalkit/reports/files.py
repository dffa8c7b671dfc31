"""What a report writes: the page, Markdown, and on request every table and every chart as files."""

from collections.abc import Iterator
from pathlib import Path

from evalkit.paths import AnyPath
from evalkit.reports import formatting
from evalkit.reports.charts import png
from evalkit.reports.explorer import embedded
from evalkit.reports.headline import headline, warnings
from evalkit.reports.page import Report, make_report
from evalkit.reports.servers import spending
from evalkit.reports.summary import Summary, summarise
from evalkit.results import load
from evalkit.results.files import explained, write_atomically
from evalkit.results.runs import Runs

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
    summary = summarise(load(runs))
    return _write(summary, out or summary.path, definition, files)


def write_and_tell(
    runs: Runs, out: AnyPath | None = None, definition: Path | None = None, files: bool = False
) -> tuple[str, AnyPath]:
    """Write the same, and return what terminal_summary says and the path of the page; the tables are made once."""
    summary = summarise(load(runs))
    _, page = _write(summary, out or summary.path, definition, files)
    return _told(summary), page


def terminal_summary(runs: Runs) -> str:
    """The run in a sentence, then one line for everything that must be known before believing it."""
    return _told(summarise(load(runs)))


def _told(summary: Summary) -> str:
    lines = [headline(summary), *(f"Note: {warning}" for warning in warnings(summary)), *spending(summary)]
    return "\n".join(str(formatting.visible(line)) for line in lines)


def _write(summary: Summary, folder: AnyPath, definition: Path | None, files: bool) -> tuple[AnyPath, AnyPath]:
    report = make_report(summary, definition)
    written = {MARKDOWN: report.markdown(files).encode(), HTML: embedding_page(report).encode()}
    with explained(folder, "Choose another folder for the report."):
        for name, data in written.items():
            _put(folder / name, data)
        if files:
            for name, data in _chart_files(report):
                _put(folder / name, data)
    return folder / MARKDOWN, folder / HTML


def embedding_page(report: Report) -> str:
    """The page with its samples in it, as many as fit."""
    summary = report.summary
    if not report.definition.explorer or summary.outcomes.empty:
        return report.html()
    data, number = embedded(summary)
    runs = " ".join(run.path.name for run in summary.results.runs)
    note, whole = "", len(summary.outcomes)
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
