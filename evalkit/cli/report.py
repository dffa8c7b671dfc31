"""`evalkit report`: the tables of a run as Markdown and as one HTML page."""

from pathlib import Path

import click


@click.command(short_help="Write the report of a run.")
@click.argument("run", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the report; the default is the run's own.")
def report(run: Path, out: Path | None) -> None:
    """Write report.md and report.html for the run in DIR, complete or not; the last line is the page's path."""
    write(run, out)


def write(run: Path, out: Path | None = None) -> None:
    """Write the report, print what it says in a sentence and, as the last line, where it is."""
    from evalkit.reports import write_and_tell

    told, page = write_and_tell(run, out)
    click.echo(told)
    click.echo(page)
