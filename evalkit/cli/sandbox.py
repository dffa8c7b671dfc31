"""`evalkit sandbox`: make the sandbox image, and prove that a sandbox protects."""

from contextlib import closing

import click

from evalkit.cli.signals import stoppable

FINDINGS = 1


@click.group(short_help="Make the sandbox image, and prove that a sandbox protects.")
def sandbox() -> None:
    """Make the sandbox image, and prove that a sandbox protects."""


@sandbox.command()
@click.option("--from-image", metavar="IMAGE", help="Base image with Python; the default is this machine's Python.")
@click.option("--name", metavar="NAME", help="Name and tag of the image that is made.")
def build(from_image: str | None, name: str | None) -> None:
    """Make the image that the Docker sandbox runs, without any registry; the last line is its name."""
    from evalkit.sandboxes.image import build_image

    with stoppable():
        click.echo(build_image(from_image, name, say))


@sandbox.command()
@click.option("--sandbox", "name", default="auto", show_default=True, help="The sandbox to attack.")
@click.option("--runtime", help="Container runtime of the engine, such as runsc.")
def check(name: str, runtime: str | None) -> None:
    """Attack each protection of a sandbox, and say which ones held.

    Exit codes: 0 all held, 1 one did not, 2 no such sandbox here, 130 interrupted.
    """
    from evalkit.sandboxes import open_sandbox
    from evalkit.sandboxes.check import check_sandbox

    held = []
    with stoppable(), closing(open_sandbox(name, say=say, runtime=runtime)) as attacked:
        for finding in check_sandbox(attacked):
            held.append(finding.held)
            state = "held" if finding.held else "BROKEN"
            click.echo(f"{state:6}  {finding.protection}: {finding.attack} ({finding.detail})")
    click.echo(f"{attacked.name}: {sum(held)} of {len(held)} attacks held off.")
    if not all(held):
        raise SystemExit(FINDINGS)


def say(line: str) -> None:
    """A line about what is going on, beside the results."""
    click.echo(line, err=True)
