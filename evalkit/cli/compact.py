"""`evalkit compact`: the files of a run merged into fewer, larger ones."""

import click

from evalkit.cli.options import place
from evalkit.paths import AnyPath


@click.command(short_help="Merge the files of a run into fewer, larger ones.")
@click.argument("run", type=place, metavar="DIR")
def compact(run: AnyPath) -> None:
    """Merge the many small files of the run in DIR: the same rows, in the same order, for every command.

    The run must not be at work. Killed in the middle, it loses nothing: call it again. What is not judged yet stays as
    it is.
    """
    from evalkit.results.compacting import compact as merge

    found = merge(run)
    click.echo(f"{found.before} files of results before, {found.after} now")
