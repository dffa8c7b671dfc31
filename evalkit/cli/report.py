"""`evalkit report`: runs as one HTML page, as Markdown, and as files of every table and chart; or in the terminal."""

from pathlib import Path

import click

from evalkit.cli.options import place
from evalkit.paths import AnyPath

TOGETHER = Path("report")  # where the report of several runs goes


@click.command(short_help="Write the report of a run, or of several.")
@click.argument("runs", nargs=-1, required=True, type=place, metavar="DIR...")
@click.option("--out", type=place, help="Folder of the report; the run's own, or 'report' for several.")
@click.option(
    "--report",
    "definition",
    type=click.Path(path_type=Path),
    metavar="FILE.yaml",
    help="A report of your own: its sections and charts.",
)
@click.option("--terminal", is_flag=True, help="Show the first screen here, and write nothing.")
def report(runs: tuple[AnyPath, ...], out: AnyPath | None, definition: Path | None, terminal: bool) -> None:
    """Write the report of the run in DIR, complete or not, or of several as one; the last line is the page's path.

    report.html is one file that needs nothing else. Beside it: report.md, charts/ (SVG, PNG) and tables/ (CSV,
    Parquet).
    """
    if not terminal:
        write(runs, out or (TOGETHER if len(runs) > 1 else None), definition, files=True)
        return
    if out or definition:
        raise click.UsageError("--terminal writes nothing; leave out --out and --report.")
    from evalkit.reports.terminal import show

    show(runs)


def write(
    runs: tuple[AnyPath, ...], out: AnyPath | None = None, definition: Path | None = None, files: bool = False
) -> None:
    """Write the report, print what it says in a sentence and, as the last line, where it is."""
    from evalkit.reports import write_and_tell

    told, page = write_and_tell(runs, out, definition, files)
    click.echo(told)
    click.echo(page)
