"""`evalkit tasks new`: a task to begin with."""

from pathlib import Path

import click


@click.command("new")
@click.argument("name", metavar="NAME")
def new_task(name: str) -> None:
    """Make a small task that checks as it is, to be changed into one of your own.

    NAME is the path of the new folder: the suite's folder and the task's name, such as prices/parse_price. A name
    alone makes the current folder a suite. The task is added to the list in suite.yaml.
    """
    from evalkit.suites.skeleton import make_task

    folder = Path(name)
    for path in make_task(folder):
        click.echo(path)
    click.echo(f"Check it: evalkit tasks check {folder.parent}")
