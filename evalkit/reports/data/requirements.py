"""Which requirements break, and in which cells."""

from collections.abc import Iterator
from urllib.parse import quote, urlencode

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.reports.data.lacking import Lacking
from evalkit.reports.data.memory import made_once
from evalkit.reports.data.passing import NOTHING_SCORED
from evalkit.reports.formatting import interval
from evalkit.reports.labels import cell_labels
from evalkit.reports.summary import Summary
from evalkit.statistics import requirement_table
from evalkit.statistics.numbering import group_numbers
from evalkit.statistics.outcomes import CELL

WORST, ROWS, COLUMNS = 8, 30, 16


def worst(summary: Summary) -> pd.DataFrame:
    """The requirements broken most often: task, requirement, label, kind, estimate, low, high, told, link."""
    return _named(_broken(summary).head(WORST))


@made_once
def by_cell(summary: Summary) -> pd.DataFrame:
    """label, cell, estimate, samples, told, link: the ROWS requirements broken most, in the first COLUMNS cells."""
    if len(summary.counts) < 2:
        raise Lacking("There is one cell only: the requirements broken most often are above.")
    chosen = _broken(summary).head(ROWS)
    order = chosen[["task_id", "requirement"]]
    return pd.concat([_of_cell(summary, order, *part) for part in _parts(summary)], ignore_index=True)


def _broken(summary: Summary) -> pd.DataFrame:
    if not summary.total("scored"):
        raise Lacking(NOTHING_SCORED)
    rows = summary.requirements[summary.requirements["broken"].gt(0)]
    if rows.empty:
        raise Lacking("No requirement was broken.")
    return rows


def _parts(summary: Summary) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """The label of each cell, and which samples are of it."""
    numbers = group_numbers([summary.outcomes[name] for name in CELL])
    labels = cell_labels(summary, summary.counts[CELL].head(COLUMNS))  # in the order of their first samples
    return ((label, numbers == number) for number, label in enumerate(labels))


def _of_cell(summary: Summary, order: pd.DataFrame, label: str, samples: NDArray[np.bool_]) -> pd.DataFrame:
    table = requirement_table(summary.results, samples)
    rows = _named(order.merge(table, how="left", on=["task_id", "requirement"]))
    told, links = ([*rows[name]] for name in ("told", "link"))
    of_cell = urlencode({"cell": label}, quote_via=quote)
    return rows.assign(
        cell=label, told=[f"{label}; {each}" for each in told], link=[f"{each}&{of_cell}" for each in links]
    )


def _short(task: str) -> str:
    """A task's name without its suite, but for one that is only a number: "HumanEval/6"."""
    name = task.rpartition("/")[2]
    return task if name.isdecimal() else name


def samples_link(task: str, requirement: str) -> str:
    """Where the page shows the samples that break a requirement: its script reads this when it is followed."""
    return f"#samples?{urlencode({'task': task, 'requirement': requirement}, quote_via=quote)}"


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    """With a label that is short, and still the requirement's own: '<task> · <requirement>'."""
    frame = rows[["task_id", "requirement", "kind", "text"]].astype(str).reset_index(drop=True)
    frame["label"] = [f"{_short(task)} · {name}" for task, name in rows[["task_id", "requirement"]].to_numpy()]
    frame["link"] = [samples_link(*each) for each in rows[["task_id", "requirement"]].to_numpy()]
    bounds = rows[["estimate", "low", "high"]].astype(float).reset_index(drop=True)
    frame = frame.rename(columns={"task_id": "task"}).join(bounds)
    frame["samples"] = rows["samples"].tolist()
    frame["told"] = [
        f"{label} ({kind}): broken by {interval(*each)} of {number} samples. {text}"
        for label, kind, text, each, number in zip(
            frame["label"], frame["kind"], frame["text"], bounds.to_numpy().tolist(), frame["samples"], strict=True
        )
    ]
    return frame
