"""`evalkit models`: the models that are known by name."""

import click

from evalkit.cli.signals import stoppable


@click.group(short_help="The models that are known by name.")
def models() -> None:
    """The models that are known by name, and how to get them."""


@models.command("list")
def list_them() -> None:
    """List the models that can be fetched by name."""
    from evalkit.models import list_models

    for entry in list_models():
        state = "ready" if entry.cached else f"evalkit models fetch {entry.name}"
        click.echo(f"{entry.name}: {entry.source} ({entry.megabytes} MB, {entry.license}); {state}")


@models.command()
@click.argument("name")
def fetch(name: str) -> None:
    """Download a model and convert it once; the last line is its folder."""
    from evalkit.models import fetch_model

    with stoppable():
        folder = fetch_model(name, lambda line: click.echo(line, err=True))
    click.echo(folder)
