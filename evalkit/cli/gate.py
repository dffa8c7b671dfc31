"""`evalkit gate`: did it get worse than the baseline?"""

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evalkit.cli.compare import FACTORS, KINDS
from evalkit.cli.options import place
from evalkit.paths import AnyPath

if TYPE_CHECKING:
    from evalkit.gate import Baseline, Gate

REGRESSION, FINE, INCONCLUSIVE = 1, 0, 3
FILE = click.Path(path_type=Path, dir_okay=False)
CODE = click.IntRange(0, 255)


def _share(context: click.Context, parameter: click.Parameter, value: str | None) -> float | None:
    """'2pp', '2%' and '0.02' are the same."""
    if value is None:
        return None
    number = value.strip().removesuffix("pp").removesuffix("%").strip()
    try:
        share = float(number) / (1 if number == value.strip() else 100)
    except ValueError:
        share = math.nan
    if not 0 <= share < 1:
        raise click.BadParameter(f"{value!r} is not a share such as 2pp, 2% or 0.02.")
    return share


@click.command(short_help="Hold a run to a baseline: regression, fine or inconclusive.")
@click.argument("run", type=place, metavar="RUN")
@click.option("--baseline", "path", type=FILE, required=True, help="The file that 'evalkit baseline' wrote.")
@click.option("--max-drop", callback=_share, help="A drop that is allowed, such as 2pp; none is by default.")
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    default=("pass@1",),
    show_default=True,
    help="pass@K, pass^K, requirements; may be repeated.",
)
@click.option("--by", type=click.Choice(FACTORS), help="Hold each level of this factor on its own.")
@click.option(
    "--false-alarms",
    callback=_share,
    default="5%",
    show_default=True,
    help="How often the gate may fail though nothing has changed.",
)
@click.option("--allow", type=click.Choice(KINDS), multiple=True, help="Go on though this differs; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for scripts.")
@click.option("--junit", type=FILE, help="Write JUnit XML: a test case per task.")
@click.option("--comment", type=FILE, help="Write Markdown for a pull request's comment.")
@click.option(
    "--github",
    is_flag=True,
    help="Annotations on standard output and the job's summary; on by itself where GITHUB_STEP_SUMMARY is set.",
)
@click.option("--exit-regression", type=CODE, default=REGRESSION, show_default=True, help="Exit code of a regression.")
@click.option("--exit-fine", type=CODE, default=FINE, show_default=True, help="Exit code when all is fine.")
@click.option(
    "--exit-inconclusive", type=CODE, default=INCONCLUSIVE, show_default=True, help="Exit code when neither is shown."
)
def gate(
    run: AnyPath,
    path: Path,
    max_drop: float | None,
    metrics: tuple[str, ...],
    by: str | None,
    false_alarms: float,
    allow: tuple[str, ...],
    as_json: bool,
    junit: Path | None,
    comment: Path | None,
    github: bool,
    exit_regression: int,
    exit_fine: int,
    exit_inconclusive: int,
) -> None:
    """Say whether RUN is worse than the baseline: regression, fine, or inconclusive with what would settle it.

    New unscored samples, missing tasks and completions without code in unusual numbers fail like a regression.
    """
    from evalkit.gate import Outcome, Rule, check, read_baseline
    from evalkit.gate.writing import to_json, to_text

    if not 0 < false_alarms < 0.5:
        raise click.UsageError("--false-alarms must be above 0 and below 50%.")
    baseline = read_baseline(path)
    counts, planned = _counted(run)
    found = check(baseline, counts, Rule(max_drop, false_alarms), metrics, by, allow, planned)
    _write_files(found, junit, comment)
    click.echo(to_json(found) if as_json else to_text(found))
    _tell_github(found, github, as_json)
    codes = {Outcome.REGRESSION: exit_regression, Outcome.FINE: exit_fine, Outcome.INCONCLUSIVE: exit_inconclusive}
    raise SystemExit(codes[found.outcome])


def _counted(run: AnyPath) -> "tuple[Baseline, int]":
    from evalkit.comparison.sides import load_side
    from evalkit.errors import NotComparable
    from evalkit.gate.baseline import counted
    from evalkit.gate.counting import planned_samples

    side = load_side(run, texts=False)
    if not len(side.outcomes):
        raise NotComparable(f"{run} holds no samples yet, so there is nothing to hold to the baseline.")
    return counted(side), planned_samples(side.results)


def _write_files(found: "Gate", junit: Path | None, comment: Path | None) -> None:
    from evalkit.gate.junit import to_junit
    from evalkit.gate.writing import to_markdown
    from evalkit.results.files import explained, write_atomically

    for path, write in ((junit, to_junit), (comment, to_markdown)):
        if path is not None:
            with explained(path.parent, "Choose another place."):
                path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(path, write(found).encode())


def _tell_github(found: "Gate", asked: bool, as_json: bool) -> None:
    """Only when asked, or inside a job; beside JSON they go to standard error, which the runner reads as well."""
    from evalkit.gate.github import SUMMARY, annotations, write_summary

    if asked or os.environ.get(SUMMARY):
        for line in annotations(found):
            click.echo(line, err=as_json)
        write_summary(found)
