"""`evalkit view`: the report of a run in the browser, with every sample, however many there are."""

import click

from evalkit.cli.options import place
from evalkit.paths import AnyPath


@click.command(short_help="Show runs in the browser, with every sample.")
@click.argument("runs", nargs=-1, required=True, type=place, metavar="DIR...")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="A port of this machine; any free one without.")
@click.option("--open/--no-open", "opens", default=True, help="Open a browser.")
def view(runs: tuple[AnyPath, ...], port: int, opens: bool) -> None:
    """Serve the report of the run in DIR, or of several, on this machine alone, until Ctrl-C.

    The page is that of `evalkit report`, but no sample is left out: texts and tokens are read when they are looked at.
    The first line of the output is the address; whoever has it can read the run.
    """
    from evalkit.reports.server import Server, Viewer
    from evalkit.reports.summary import summarise
    from evalkit.results import load

    click.echo("Reading...", err=True)
    server = Server(Viewer(summarise(load(runs, texts=False))), port)
    click.echo(server.address)
    if opens:
        click.launch(server.address)
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
