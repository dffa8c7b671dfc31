"""`evalkit datasets`: published data sets that are known by name."""

import click

from evalkit.cli.signals import stoppable


@click.group(short_help="Published data sets that are known by name.")
def datasets() -> None:
    """Published data sets that are known by name, and how to get them."""


@datasets.command("list")
def list_them() -> None:
    """List the data sets, and whether each is here."""
    from evalkit.suites.data_files import DATA_SETS, is_here

    for each in DATA_SETS:
        missing = f"evalkit datasets fetch {each.name}" if each.sha256 else "not here"
        state = "ready" if is_here(each) else missing
        click.echo(f"{each.name}: {each.tasks} tasks, {each.license}, from {each.source}; {state}")


@datasets.command()
@click.argument("name")
def fetch(name: str) -> None:
    """Download a data set and check its hash; the last line is its file."""
    from evalkit.suites.data_fetching import fetch_data

    with stoppable():
        path = fetch_data(name, lambda line: click.echo(line, err=True))
    click.echo(path)
