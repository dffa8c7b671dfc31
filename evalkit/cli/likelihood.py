"""`evalkit likelihood`: does a model find known-wrong code more likely than the reference?"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from evalkit.cli.options import listed, place
from evalkit.cli.run import note
from evalkit.cli.signals import stoppable
from evalkit.paths import AnyPath

if TYPE_CHECKING:
    import pandas as pd


@click.command(short_help="Score references and known-wrong solutions without drawing.")
@click.argument("suite")
@click.option("--model", multiple=True, help="Starter model, Hugging Face id, folder or GGUF file.")
@click.option("--identifiers", multiple=True, callback=listed, help="Identifier style; several form a grid.")
@click.option("--prompt", multiple=True, callback=listed, help="Prompt style; the default is chat.")
@click.option("--tasks", multiple=True, help="Only these task ids or patterns.")
@click.option("--limit", type=int, help="Only the first N of the selected tasks.")
@click.option("--dtype", help="auto, fp32, bf16 or fp16.")
@click.option("--run", "runs", multiple=True, type=place, help="Runs to compare with.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for pairs.parquet and guards.parquet.")
def likelihood(suite: str, runs: tuple[AnyPath, ...], out: Path | None, **options: object) -> None:
    """Score the reference and every known-wrong solution of SUITE's tasks as the answer to the same prompt.

    Prints how often the known-wrong one is the more likely, by requirement; with --run also how often sampling broke
    that requirement.
    """
    from evalkit.config import load_experiment
    from evalkit.run.likelihood import measure

    given = {key: value for key, value in options.items() if value not in (None, ())}
    with stoppable():
        found = measure(load_experiment(suite, given), note)
    if found.pairs.empty:
        raise click.UsageError(f"The tasks of {suite!r} have no known-wrong solutions.")
    _show(found.pairs, found.guards, runs)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for name, table in (("pairs", found.pairs), ("guards", found.guards)):
            table.to_parquet(out / f"{name}.parquet")
            click.echo(out / f"{name}.parquet")


def _show(pairs: "pd.DataFrame", guards: "pd.DataFrame", runs: tuple[AnyPath, ...]) -> None:
    from evalkit.statistics import bug_preference, omission_table

    cell = ["model", "identifiers", "prompt_style"]
    for measure, meaning in (("sum_logprob", "whole text"), ("mean_logprob", "per token")):
        click.echo(f"Known-wrong more likely than the reference, {meaning}:")
        click.echo(_text(bug_preference(pairs, cell, measure)))
    click.echo("By requirement, whole text:")
    click.echo(_text(_by_requirement(pairs, runs)))
    if len(guards):
        click.echo("The guards of the references (if, raise, try, with), by whether a known-wrong solution omits them:")
        click.echo(_text(omission_table(guards, [*cell, "omitted"])))


def _by_requirement(pairs: "pd.DataFrame", runs: tuple[AnyPath, ...]) -> "pd.DataFrame":
    from evalkit.statistics import bug_preference

    keys = ["task_id", "requirement"]
    table = bug_preference(pairs.explode("breaks").rename(columns={"breaks": "requirement"}), keys)
    table = table[[*keys, "pairs", "estimate"]]
    if not runs:
        return table
    from evalkit.results import load
    from evalkit.statistics import requirement_table

    sampled = requirement_table(load(runs))[[*keys, "samples", "estimate"]].astype(dict.fromkeys(keys, str))
    renamed = sampled.rename(columns={"estimate": "broken in samples"})
    return table.astype(dict.fromkeys(keys, str)).merge(renamed, how="left", on=keys)


def _text(table: "pd.DataFrame") -> str:
    return table.to_string(index=False, float_format=lambda value: f"{value:.3f}")
