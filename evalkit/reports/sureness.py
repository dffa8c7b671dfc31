"""How sure the numbers of the first screen are, in sentences."""

import math
from collections.abc import Iterator

from evalkit.reports.data.effects import all_effects
from evalkit.reports.data.lacking import Lacking
from evalkit.reports.formatting import count, interval
from evalkit.reports.summary import Summary


def how_sure(summary: Summary) -> list[str]:
    """One sentence for each thing that bounds what the numbers can say. Raises Lacking where nothing is scored."""
    if not summary.total("scored"):
        raise Lacking("Without scored samples there is nothing to be sure of.")
    return [*_intervals(summary), *_differences(summary), *_confidence(summary)]


def _intervals(summary: Summary) -> Iterator[str]:
    first = summary.passes[summary.passes["k"].eq(1) & summary.passes["estimate"].notna()]
    widths = ((first["high"] - first["low"]) / 2 * 100).astype(float)
    tasks = int(first["tasks_counted"].max())
    between = (
        f"{widths.min():.0f} to {widths.max():.0f}"
        if round(widths.min()) < round(widths.max())
        else f"{widths.max():.0f}"
    )
    yield (
        f"pass@1 of a cell is known to about ±{between} points (95 %), from {count(tasks, 'task')}: more tasks narrow "
        f"that, more samples of the same tasks hardly do."
    )


def _differences(summary: Summary) -> Iterator[str]:
    try:
        rows = all_effects(summary)
    except Lacking:
        return
    known = rows[rows["detectable"].gt(0)]  # not known where no task differs
    found = rows[rows["found"].ne("unclear")]
    if len(known):
        low, high = known["detectable"].min(), known["detectable"].max()
        yield (
            f"A true difference between two settings would show (80 % power) from about {low:.0f}"
            f"{f' to {high:.0f}' if round(high) > round(low) else ''} points on."
        )
    yield (
        f"{len(found)} of {count(len(rows), 'comparison')} {'is' if len(found) == 1 else 'are'} clear "
        f"(p below 0.05 after adjustment for several levels of a factor); the others may be chance."
    )


def _confidence(summary: Summary) -> Iterator[str]:
    if summary.discrimination_overall.empty:
        yield "The samples have no log-probabilities, so nothing is known about the model's confidence."
        return
    row = summary.discrimination_overall.iloc[0]
    if math.isnan(row["overconfident_within"]):
        yield "No task has both passing and failing samples, so confidence cannot be compared within tasks."
        return
    above = interval(*(row[f"overconfident_within{end}"] for end in ("", "_low", "_high")))
    right = interval(*(row[f"auroc_within{end}"] for end in ("", "_low", "_high")))
    yield (
        f"Within {count(int(row['mixed']), 'task')} that have both, {above} of the failing samples look better to the "
        f"model than the median passing one, and a passing sample beats a failing one in {right} of pairs: at 50 % its "
        f"confidence says nothing."
    )
