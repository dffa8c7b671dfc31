"""`evalkit baseline`: what a gate holds later runs to."""

from pathlib import Path

import click

from evalkit.cli.options import place
from evalkit.paths import AnyPath


@click.command(short_help="Write the counts that later runs are held to.")
@click.argument("run", type=place, metavar="RUN")
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="The file, such as baseline.json.")
def baseline(run: AnyPath, out: Path) -> None:
    """Write samples, passes and requirements met per task and cell of RUN: sorted text, meant to be committed."""
    from evalkit.comparison.sides import load_side
    from evalkit.gate import baseline_of, write_baseline
    from evalkit.gate.counting import planned_samples

    side = load_side(run, texts=False)
    made = baseline_of(side)
    scored, planned = int(side.outcomes["scored"].sum()), planned_samples(side.results)
    if scored < planned:
        click.echo(f"Note: only {scored:,} of {planned:,} planned samples are scored; resume the run first.", err=True)
    write_baseline(made, out)
    click.echo(out)
