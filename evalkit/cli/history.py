"""`evalkit history`: every run below a folder, and how a metric moved."""

from pathlib import Path

import click

from evalkit.cli.options import place
from evalkit.paths import AnyPath


@click.command(short_help="Show how metrics moved over the runs below a folder.")
@click.argument("folder", type=place, metavar="DIR")
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    default=("pass@1",),
    show_default=True,
    help="pass@K, pass^K, requirements; may be repeated.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write a page with charts, such as history.html."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for scripts.")
@click.option(
    "--log", "logs", multiple=True, metavar="NAME[=TARGET]", help="Hand the runs to a logger, such as mlflow=FOLDER."
)
def history(folder: AnyPath, metrics: tuple[str, ...], out: Path | None, as_json: bool, logs: tuple[str, ...]) -> None:
    """Find every run below DIR; show each metric's trend by suite, model and prompt, with changes for sure marked."""
    from evalkit.history import find_recorded, trends
    from evalkit.history.writing import to_json, to_text

    runs = find_recorded(folder, lambda line: click.echo(line, err=True))
    found = trends(runs, metrics)
    click.echo(to_json(found) if as_json else to_text(found))
    for log in logs:
        from evalkit.history.logging import log_runs

        click.echo(log_runs(log, runs, metrics), err=True)
    if out is not None:
        from evalkit.history.page import write_page

        write_page(found, out)
        click.echo(out, err=as_json)
