"""`evalkit sandbox`: make the sandbox image, and prove that a sandbox protects."""

import click

from evalkit.cli.signals import stoppable

FINDINGS = 1


@click.group(short_help="Make the sandbox image, and prove that a sandbox protects.")
def sandbox() -> None:
    """Make the sandbox image, and prove that a sandbox protects."""


@sandbox.command()
@click.option(
    "--from-image", metavar="IMAGE", help="Base image with Python; without it, this machine's Python is used."
)
@click.option("--name", metavar="NAME", help="Name and tag of the image that is made.")
def build(from_image: str | None, name: str | None) -> None:
    """Make the image that the Docker sandbox runs; needs no registry."""
    from evalkit.sandboxes.image import build_image

    with stoppable():
        click.echo(build_image(from_image=from_image, name=name))


@sandbox.command()
@click.option("--sandbox", "name", default="auto", show_default=True, help="The sandbox to attack.")
def check(name: str) -> None:
    """Attack each protection of a sandbox, and say which held.

    Exit codes: 0 all held, 1 one did not, 2 wrong input or no sandbox.
    """
    from evalkit.sandboxes.check import check_sandbox

    with stoppable():
        findings = check_sandbox(name)
    for finding in findings:
        click.echo(finding)
