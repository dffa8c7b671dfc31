"""`evalkit view`: the report of a run in the browser, with every sample, however many there are."""

import click

from evalkit.cli.options import place
from evalkit.paths import AnyPath

PATIENCE = 3.0  # seconds, for runs that are read by then; of others the page says that they are being read


@click.command(short_help="Show runs in the browser, with every sample.")
@click.argument("runs", nargs=-1, required=True, type=place, metavar="DIR...")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="A port of this machine; any free one without.")
@click.option("--open/--no-open", "opens", default=True, help="Open a browser.")
def view(runs: tuple[AnyPath, ...], port: int, opens: bool) -> None:
    """Serve the report of the run in DIR, or of several, on this machine alone, until Ctrl-C.

    The page is that of `evalkit report`, but no sample is left out: texts and tokens are read when they are looked at.
    The first line of the output is the address; whoever has it can read the run. A large run that was never reported
    is read while the page says so; the next start is quick.
    """
    from evalkit.reports.server import Server
    from evalkit.results.runs import find_runs

    find_runs(runs)  # what is no run is told at once
    click.echo("Reading...", err=True)
    with Server(port=port) as server:
        server.read(runs).join(PATIENCE)
        click.echo(server.address)
        if opens:
            click.launch(server.address)
        try:
            server.serve()
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
