"""What a gate says, for the terminal, for pull requests and job summaries (Markdown), and for scripts (JSON)."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from evalkit.comparison.writing import points
from evalkit.gate.check import Check, Gate
from evalkit.gate.decision import Outcome, Settling
from evalkit.gate.tasks import TaskChange, task_changes
from evalkit.reports.formatting import UNKNOWN, count, markdown_code, markdown_inline, percent, visible

FORMAT = 1
MARKER = "<!-- evalkit-gate -->"  # by which a comment of an earlier push is found and replaced
COMMENT_LIMIT = 60_000  # characters; GitHub takes 65,536
_SHOWN = 10  # tasks


def sentence(gate: Gate) -> str:
    """The outcome in one line."""
    if gate.alarms:
        return f"Regression: {gate.alarms[0]}"
    told = "; ".join(map(check_line, (each for each in gate.checks if each.decision.outcome is gate.outcome)))
    return f"{gate.outcome.value.capitalize()}: {told}"


def check_line(check: Check) -> str:
    """One check in words: 'pass@1 28 % -> 33 %, +5.0 pp [-1.0 pp to +11.0 pp] over 18 tasks'."""
    found = check.decision
    if not check.tasks:
        return f"{_name(check)}: no scored samples"
    bounds = "" if math.isnan(found.low) else f" [{points(found.low)} to {points(found.high)}]"
    values = f"{percent(check.before)} % -> {percent(check.after)} %"
    return f"{_name(check)} {values}, {points(found.difference)}{bounds} over {count(check.tasks, 'task')}"


def to_text(gate: Gate) -> str:
    """For the terminal."""
    lines = [f"{each.decision.outcome.value}: {check_line(each)}" for each in gate.checks]
    lines += [f"  {_name(each)}: {settling_line(each.settling)}" for each in gate.checks if each.settling]
    lines += [f"alarm: {alarm}" for alarm in gate.alarms]
    lines += [f"{_change_line(change)}" for change in _lost(gate)[:_SHOWN]]
    lines += _notes(gate)
    lines += [_rule_line(gate), f"Outcome: {gate.outcome.value}"]
    return str(visible("\n".join(lines)))


def to_markdown(gate: Gate) -> str:
    """For a pull request's comment or a job's summary."""
    parts = [MARKER, f"### evalkit gate: {gate.outcome.value}"]
    parts += ["\n".join(f"- **{markdown_inline(alarm)}**" for alarm in gate.alarms)] * bool(gate.alarms)
    parts += [_table(gate.checks)]
    notes = [f"{_name(each)}: {settling_line(each.settling)}" for each in gate.checks if each.settling]
    notes += _notes(gate)
    parts += ["\n".join(f"- {markdown_inline(note)}" for note in [*notes, _rule_line(gate)])]
    parts += list(_markdown_tasks(gate))
    return str(visible("\n\n".join(parts)))[:COMMENT_LIMIT] + "\n"


def to_json(gate: Gate) -> str:
    """Everything as one JSON object; what is not defined is null."""
    checks = [
        {**asdict(each), **asdict(each.decision), "decision": None, "outcome": each.decision.outcome.value}
        for each in gate.checks
    ]
    for each in checks:
        del each["decision"]
    data = {
        "format": FORMAT,
        "outcome": gate.outcome.value,
        "rule": asdict(gate.rule),
        "checks": checks,
        "alarms": gate.alarms,
        "changed": gate.changed,
        "left_out": gate.left_out,
        "extra": gate.extra,
        "allowed": [asdict(each) for each in gate.allowed],
        "tasks": [asdict(change) for change in task_changes(gate)],
    }
    return json.dumps(_without_nan(data), indent=2)


def settling_line(found: Settling) -> str:
    """What would settle it if the difference stays as it is."""
    ways = []
    if found.samples is not None:
        ways.append(f"about {count(found.samples, 'sample')} per task and cell in the run")
    if found.both is not None and found.both != found.samples:
        ways.append(f"about {count(found.both, 'sample')} per task and cell in the run and in a new baseline")
    if found.tasks is not None:
        ways.append(f"about {count(found.tasks, 'task')} with as many samples as now")
    if not ways:
        return "a single task does not settle it: more tasks are needed"
    return f"to settle it, if the difference stays as it is: {', or '.join(ways)}"


def _notes(gate: Gate) -> list[str]:
    """What must be known beside the numbers."""
    notes = [f"changed: {'; '.join(gate.changed)}"] * bool(gate.changed)
    notes += [f"not equal, but allowed: {'; '.join(map(str, gate.allowed))}"] * bool(gate.allowed)
    notes += [f"{count(gate.left_out, 'task')} left out: not the same in the run's suite"] * bool(gate.left_out)
    return notes + [f"{count(gate.extra, 'cell')} of the run not held: the baseline has none such"] * bool(gate.extra)


def _name(check: Check) -> str:
    return f"{check.metric} ({check.group})" if check.group else check.metric


def _rule_line(gate: Gate) -> str:
    rule = gate.rule
    drop = "none" if rule.max_drop is None else f"{percent(rule.max_drop)} pp"
    return (
        f"allowed drop: {drop}; fine means that a drop of more than {percent(rule.tolerance)} pp is ruled out; false "
        f"alarms: {percent(rule.false_alarms)} % over {count(len(gate.checks), 'check')}"
    )


def _lost(gate: Gate) -> list[TaskChange]:
    return [change for change in task_changes(gate) if change.lost]


def _change_line(change: TaskChange) -> str:
    broke = f", broke {'; '.join(change.broke)}" if change.broke else ""
    return f"lost: {change.task_id} passed {change.passed_before}, now {change.passed_after}{broke}"


def _table(checks: Sequence[Check]) -> str:
    head = ["metric", "baseline", "run", "difference", "interval", "tasks", "outcome"]
    rows = [head, ["---"] * len(head), *map(_row, checks)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(check: Check) -> list[str]:
    found = check.decision
    bounds = UNKNOWN if math.isnan(found.low) else f"{points(found.low)} to {points(found.high)}"
    outcome = found.outcome.value if found.outcome is Outcome.FINE else f"**{found.outcome.value}**"
    values = [UNKNOWN if math.isnan(each) else f"{percent(each)} %" for each in (check.before, check.after)]
    return [markdown_inline(_name(check)), *values, points(found.difference), bounds, str(check.tasks), outcome]


def _markdown_tasks(gate: Gate) -> Iterator[str]:
    lost = _lost(gate)
    if not lost:
        return
    yield f"Lost {count(len(lost), 'task')}, the largest fall first:"
    head = ["task", "passed in the baseline", "passes now", "requirements broken more often"]
    rows = [head, ["---"] * len(head)]
    for change in lost[:_SHOWN]:
        broke = "; ".join(map(markdown_inline, change.broke))
        rows.append([markdown_code(change.task_id), change.passed_before, change.passed_after, broke])
    yield "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
