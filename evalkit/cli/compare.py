"""`evalkit compare`: is one run, or one setting of a run, better than another?"""

from typing import TYPE_CHECKING

import click

from evalkit.cli.options import place
from evalkit.paths import AnyPath

if TYPE_CHECKING:
    from evalkit.comparison import Report

FACTORS = ("prompt", "identifiers", "temperature", "model", "position", "filler_tokens", "retrieval")
KINDS = ("suite", "sampling", "sandbox", "extraction")
WORSE, UNDEFINED = 1, 3  # exit codes of --exit-code


@click.command(short_help="Compare runs, or settings of one run, paired by task.")
@click.argument("runs", nargs=-1, required=True, type=place, metavar="RUN...")
@click.option("--by", "factor", type=click.Choice(FACTORS), help="Compare the levels of this factor with each other.")
@click.option("--reference", help="With --by: the level that the others are compared with; the default is the first.")
@click.option("--allow", type=click.Choice(KINDS), multiple=True, help="Compare though this differs; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for scripts.")
@click.option("--markdown", is_flag=True, help="Markdown, for a pull request.")
@click.option(
    "--flips", type=click.IntRange(min=0), default=5, show_default=True, help="Flipped tasks shown with code."
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 when something is worse, with 3 when nothing can be said.")
def compare(
    runs: tuple[AnyPath, ...],
    factor: str | None,
    reference: str | None,
    allow: tuple[str, ...],
    as_json: bool,
    markdown: bool,
    flips: int,
    exit_code: bool,
) -> None:
    """Compare every further RUN with the first one, or with --by the levels of a factor within the runs given.

    Each RUN is a run directory or a folder of runs. Refuses (exit code 2) when they differ in what should be equal:
    suite, sampling, sandbox, extraction.
    """
    from evalkit.comparison import compare_levels, compare_runs
    from evalkit.comparison.writing import to_json, to_markdown, to_text

    if as_json and markdown:
        raise click.UsageError("Give --json or --markdown, not both.")
    if factor is None and reference is not None:
        raise click.UsageError("--reference names a level of --by; without it the first run is the reference.")
    if factor is None and len(runs) < 2:
        raise click.UsageError("Give a second run, or --by to compare settings of this one.")
    report = compare_levels(runs, factor, reference, allow) if factor else compare_runs(runs, allow)
    click.echo(to_json(report) if as_json else to_markdown(report, flips) if markdown else to_text(report, flips))
    if exit_code:
        raise SystemExit(_code(report))


def _code(report: "Report") -> int:
    findings = [contrast.finding for contrast in report.contrasts]
    if "worse" in findings:
        return WORSE
    return UNDEFINED if "undefined" in findings else 0
