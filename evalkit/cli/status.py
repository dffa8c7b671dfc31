"""`evalkit status`: how far a run is, from any machine that sees its directory."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from evalkit.cli.options import place
from evalkit.paths import AnyPath

if TYPE_CHECKING:
    from evalkit.results.status import RunStatus

INCOMPLETE = 3
SHOWN = 10  # messages


@click.command(short_help="Show how far a run is.")
@click.argument("run", type=place, metavar="DIR")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
def status(run: AnyPath, as_json: bool) -> None:
    """Show how far the run in DIR is, how fast it goes, and what its workers said last, such as nodes that failed.

    Nothing is written, and nothing is asked of the machines that work on the run.

    Exit codes: 0 every sample is drawn and judged, 2 wrong input, 3 some are not.
    """
    from evalkit.results.status import run_status

    found = run_status(run)
    if as_json:
        click.echo(json.dumps({"run": str(run), **asdict(found)}))
    else:
        for line in lines(run, found):
            click.echo(line)
    if not found.complete:
        raise SystemExit(INCOMPLETE)


def lines(run: AnyPath, found: "RunStatus") -> list[str]:
    """What a person reads."""
    from evalkit.progress import duration

    worker = found.worker
    told = [f"{found.state}: {found.judged:,} of {found.samples:,} samples judged, {found.drawn:,} drawn"]
    if found.unscored:
        told.append(f"unscored: {found.unscored:,} verdicts; they are given when the run is resumed")
    if found.rate:
        told.append(f"rate: {60 * found.rate:,.1f} samples a minute, time left {duration(found.seconds_left)}")
    if worker:
        told.append(
            f"last word: {worker['updated']}, {worker['engine']} engine, pid {worker['pid']} on {worker['host']}"
        )
    told += [f"{each['time']}  {each['message']}" for each in worker.get("messages", [])[-SHOWN:]]
    if found.state == "stopped":
        told.append(f"Go on with: evalkit run --resume {run}")
    return told
