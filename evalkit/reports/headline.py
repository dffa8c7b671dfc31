"""What a busy lead reads: one sentence, and what must be known before believing it."""

import pyarrow as pa

from evalkit.reports.extraction import extraction_warnings
from evalkit.reports.formatting import count, interval, percent
from evalkit.reports.servers import without_logprobs
from evalkit.reports.summary import SCORE, Summary, mapping

BROKE = "broke at least one requirement"
BROKE_NONE = "broke no requirement"
_TASKS_NAMED = 5
TRUNCATED_ALARM = 0.1  # share of samples cut off at max_new_tokens from which a warning is due


def headline(summary: Summary) -> str:
    """The run in one sentence; where there are no numbers it says why instead."""
    samples, scored = summary.total("samples"), summary.total("scored")
    if not samples:
        return "The run holds no samples yet, so there are no numbers to report."
    if not scored:
        reasons = f"{summary.total('unscored'):,} unscored, {summary.total('unjudged'):,} not judged yet"
        none_of = "The only sample was not scored" if samples == 1 else f"None of {samples:,} samples was scored"
        return f"{none_of} ({reasons}), so there are no numbers to report."
    broken = scored - summary.total("passed")
    first = _examples_clause(summary, scored) if summary.shows_examples else _every_clause(broken, scored)
    return f"{first}; {_confidence_clause(summary)}."


def warnings(summary: Summary) -> list[str]:
    """Everything that makes the numbers mean less than they seem to, the gravest first."""
    found = [
        _isolation(summary),
        _forgeable(summary),
        _quarantined(summary),
        _completeness(summary),
        _unscored(summary),
        _truncation(summary),
    ]
    return [warning for warning in (*found, *without_logprobs(summary), *extraction_warnings(summary)) if warning]


def _examples_clause(summary: Summary, scored: int) -> str:
    row = summary.overall[summary.overall["looks"].eq("examples")].iloc[0]
    samples, broken = int(row["samples"]), int(row["broken"])
    if samples == 0:
        few = "The only scored sample did not pass" if scored == 1 else f"None of {scored:,} scored samples passed"
        return f"{few} the shown examples"
    if samples == 1:
        return f"The only sample that passed the shown examples {BROKE if broken else BROKE_NONE}"
    rate = interval(row["estimate"], row["low"], row["high"])
    return f"Of {samples:,} samples that passed the shown examples, {rate} ({broken:,}) {BROKE}"


def _every_clause(broken: int, scored: int) -> str:
    """For suites whose prompts show no example that is also a test."""
    return f"{broken:,} of {count(scored, 'scored sample')} {BROKE}"


def _confidence_clause(summary: Summary) -> str:
    """Right and wrong answers to one prompt against each other, so that no easy task looks like knowledge."""
    if not summary.scored[SCORE].notna().any():
        return "no sample has log-probabilities to tell how confident the model was"
    share, discordant, pairs, tasks = summary.discordance
    if not pairs:
        among = " among them" if summary.shows_examples else ""
        return f"no prompt has both a right and a wrong answer{among}, so the model's confidence cannot be compared"
    return (
        f"where a prompt got right and wrong answers, the model was more confident in the wrong one in "
        f"{interval(*share)} of pairs ({discordant:,.12g} of {pairs:,}, from {count(tasks, 'task')})"
    )


def _isolation(summary: Summary) -> str:
    sandbox = mapping(summary.results.manifest, "sandbox")
    if sandbox.get("isolates"):
        return ""
    name = sandbox.get("name", "unknown")
    return f"Nothing was isolated: the sandbox '{name}' ran the model's code with the rights of its user."


def _forgeable(summary: Summary) -> str:
    verdicts = summary.results.verdict_table
    forgeable = verdicts.filter(verdicts["forgeable"])["task_id"]
    if not len(forgeable):
        return ""
    tasks = [str(task) for task in forgeable.cast(pa.string()).unique().to_pylist()]
    named = ", ".join(tasks[:_TASKS_NAMED]) + (f" and {len(tasks) - _TASKS_NAMED} more" * (len(tasks) > _TASKS_NAMED))
    return (
        f"{count(len(forgeable), 'verdict')} can be forged by the code that was judged, since the tests ran inside its "
        f"process (judging: shared): those of {named}."
    )


def _quarantined(summary: Summary) -> str:
    tests = summary.results.quarantined
    if tests.empty:
        return ""
    named = [f"{row.task_id}: {row.test} ({row.failed} of {row.executions})" for row in tests.itertuples()]
    shown = ", ".join(named[:_TASKS_NAMED]) + f" and {len(named) - _TASKS_NAMED} more" * (len(named) > _TASKS_NAMED)
    return f"Quarantined, since their references failed them when executed again; no number here counts them: {shown}."


def _completeness(summary: Summary) -> str:
    present, planned, unjudged = len(summary.outcomes), summary.planned, summary.total("unjudged")
    parts = []
    if present < planned:
        parts.append(f"{present:,} of {count(planned, 'planned sample')} are present")
    if unjudged:
        parts.append(f"{unjudged:,} of the {present:,} present are not judged yet")
    if not parts:
        return ""
    return f"This run is incomplete: {', and '.join(parts)}. {_resume(summary)}"


def _unscored(summary: Summary) -> str:
    unscored = summary.total("unscored")
    if not unscored:
        return ""
    are = "is" if unscored == 1 else "are"
    return (
        f"{count(unscored, 'sample')} {are} unscored because the sandbox itself failed; "
        f"no number here counts them. {_resume(summary)}"
    )


def _truncation(summary: Summary) -> str:
    truncated, present = summary.total("truncated"), len(summary.outcomes)
    if truncated <= TRUNCATED_ALARM * present:
        return ""
    share = percent(truncated / present)
    return f"{share} % of the samples were cut off at max_new_tokens: some of these failures are only unfinished."


def _resume(summary: Summary) -> str:
    return f"Go on with: evalkit run --resume {summary.path}"
