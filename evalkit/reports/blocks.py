"""What the packaged templates show besides tables and charts."""

from collections.abc import Callable, Mapping
from typing import Any

from evalkit.reports import tables
from evalkit.reports.data.costs import seconds
from evalkit.reports.data.lacking import Lacking
from evalkit.reports.failing import FailingSample, failing_samples
from evalkit.reports.summary import Summary
from evalkit.reports.sureness import how_sure


def left_out(summary: Summary) -> Mapping[str, int]:
    """How many requirements were broken but are not in the table, and how many never were."""
    more, never = tables.requirements_left_out(summary)
    if not summary.total("scored") or not summary.requirements["broken"].gt(0).any():
        return {"more": 0, "never": 0}
    return {"more": more, "never": never}


def time_spent(summary: Summary) -> list[Mapping[str, object]]:
    """For each run that noted its time: label, sessions, minutes, tokens drawn, tokens per second."""
    rows: list[Mapping[str, object]] = []
    for run in summary.results.runs:
        sessions, spent, drawn = seconds(run.path)
        if spent:
            row = {"label": run.label, "sessions": sessions, "seconds": spent, "tokens": drawn}
            rows.append({**row, "rate": drawn / spent, "several": len(summary.results.runs) > 1})
    if not rows:
        raise Lacking("The run did not note how long it took.")
    return rows


def failing_examples(summary: Summary) -> tuple[FailingSample, ...]:
    """Wrong samples that passed the shown examples."""
    return _failing(summary, passed_examples=True)


def failing_confident(summary: Summary) -> tuple[FailingSample, ...]:
    """Where no wrong sample passed the examples: the wrong samples of which the model was most confident."""
    return _failing(summary, passed_examples=False)


def provenance(summary: Summary) -> list[tuple[str, tables.Table]]:
    """Settings, versions and hardware of each run."""
    return [(run.label, tables.provenance(run.manifest)) for run in summary.results.runs]


def _failing(summary: Summary, passed_examples: bool) -> tuple[FailingSample, ...]:
    found = failing_samples(summary)
    if not found or found[0].passed_examples is not passed_examples:
        raise Lacking("There is no such sample.")
    return found


BLOCKS: Mapping[str, Callable[[Summary], Any]] = {  # the template's name -> what it gets as `data`
    "left_out": left_out,
    "sure": how_sure,
    "seconds": time_spent,
    "failing_examples": failing_examples,
    "failing_confident": failing_confident,
    "definitions": lambda summary: (),
    "provenance": provenance,
}
