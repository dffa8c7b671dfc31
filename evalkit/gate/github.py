"""What GitHub Actions reads: annotations (workflow commands on standard output) and the summary of a job."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from evalkit.gate.check import Gate
from evalkit.gate.decision import Outcome
from evalkit.gate.tasks import task_changes
from evalkit.gate.writing import check_line, settling_line, to_markdown
from evalkit.reports.formatting import visible
from evalkit.results.files import explained

SUMMARY = "GITHUB_STEP_SUMMARY"
_TASKS = 10  # annotations of tasks; GitHub shows ten of each kind for a step
_LEVELS = {Outcome.REGRESSION: "error", Outcome.INCONCLUSIVE: "warning", Outcome.FINE: "notice"}


def annotations(gate: Gate) -> Iterator[str]:
    """One workflow command for each alarm, check and lost task."""
    yield from (command("error", alarm, title="evalkit gate: alarm") for alarm in gate.alarms)
    for each in gate.checks:
        outcome = each.decision.outcome
        told = check_line(each) + (f"; {settling_line(each.settling)}" if each.settling else "")
        yield command(_LEVELS[outcome], told, title=f"evalkit gate: {outcome.value}")
    for change in [each for each in task_changes(gate) if each.lost][:_TASKS]:
        broke = f", broke {'; '.join(change.broke)}" if change.broke else ""
        told = f"passed {change.passed_before}, now {change.passed_after}{broke}"
        yield command("warning", told, title=f"{change.task_id} was lost")


def command(name: str, message: str, **properties: str) -> str:
    r"""A workflow command. The runner ends a message at a line break and a property at a colon or comma, so these
    are written as %0A and the like, and the per cent sign too (GitHub's toolkit, command.ts, escapes the same).

    >>> command("error", "50 %\nof all", title="a: b, c")
    '::error title=a%3A b%2C c::50 %25%0Aof all'
    """
    given = ",".join(f"{key}={_escaped(value, property=True)}" for key, value in properties.items())
    return f"::{name} {given}::{_escaped(message)}"


def write_summary(gate: Gate, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Append the gate to the job's summary; None where there is no such file. Raises RunDirectoryError."""
    name = environment.get(SUMMARY)
    if not name:
        return None
    path = Path(name)
    with explained(path.parent, f"{SUMMARY} names a file that cannot be written."), path.open("a") as file:
        file.write(to_markdown(gate) + "\n")
    return path


def _escaped(text: str, property: bool = False) -> str:
    shown = str(visible(text))
    pairs = {"%": "%25", "\r": "%0D", "\n": "%0A"} | ({":": "%3A", ",": "%2C"} if property else {})
    return "".join(pairs.get(character, character) for character in shown)
