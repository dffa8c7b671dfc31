"""Tables by name: those a reader is shown, and any chart's frame as a table of digits."""

from collections.abc import Callable, Mapping

import pandas as pd

from evalkit.reports import tables
from evalkit.reports.data.effects import all_effects
from evalkit.reports.data.forks import commonest
from evalkit.reports.data.lacking import Lacking
from evalkit.reports.data.passing import NOTHING_SCORED
from evalkit.reports.data.requirements import by_cell
from evalkit.reports.formatting import UNKNOWN, interval, percent
from evalkit.reports.labels import factor_name, level_text
from evalkit.reports.names import name_tokens
from evalkit.reports.summary import Summary
from evalkit.reports.tables import Table
from evalkit.statistics import library_table
from evalkit.statistics.libraries import OUTCOMES

MOST = 100  # rows of digits below a chart: the files hold all
Make = Callable[[Summary], Table]


def _passing(summary: Summary) -> Table:
    return _scored(summary, tables.passing)


def _requirements(summary: Summary) -> Table:
    return _known(_scored(summary, tables.worst_requirements), "No requirement was broken.")


def _plausible(summary: Summary) -> Table:
    return _scored(summary, tables.plausible)


def _against(summary: Summary) -> Table:
    return _known(tables.plausible_against_correct(summary), "No task has samples of both outcomes.")


def _samples(summary: Summary) -> Table:
    return _known(tables.samples(summary), "There are none yet.")


def _statuses(summary: Summary) -> Table:
    return _known(
        tables.statuses(summary), "No test has been run yet." if len(summary.outcomes) else "There are none yet."
    )


def _names(summary: Summary) -> Table:
    return _known(name_tokens(summary), "The run does not say how its model's tokenizer splits names.")


def _effects(summary: Summary) -> Table:
    rows = all_effects(summary)
    frame = rows[["factor", "level", "reference"]].rename(columns={"reference": "against"})
    frame["difference"] = [_points(*each) for each in rows[["difference", "low", "high"]].to_numpy().tolist()]
    frame["p, adjusted"] = [UNKNOWN if pd.isna(p) else f"{p:.3f}" for p in rows["p_adjusted"]]
    frame["would show from"] = [UNKNOWN if pd.isna(d) else f"{d:.0f} points" for d in rows["detectable"]]
    frame["tasks"] = [f"{number:,}" for number in rows["tasks"]]
    return Table(frame, 3)


def _requirement_cells(summary: Summary) -> Table:
    rows = by_cell(summary)
    shares = rows.assign(share=[f"{percent(share)} %" if share == share else UNKNOWN for share in rows["estimate"]])
    wide = shares.pivot(index="label", columns="cell", values="share").fillna(UNKNOWN)
    ordered = wide.loc[rows["label"].unique(), rows["cell"].unique()].reset_index()
    return Table(ordered.rename(columns={"label": "requirement"}).rename_axis(columns=None), 1)


def _forks(summary: Summary) -> Table:
    rows = commonest(summary)
    frame = rows[["task", "requirement"]].rename(columns={"requirement": "requirement it cost"})
    frame["drawn"], frame["not drawn"] = rows["drawn"], rows["other"]
    frame["forks"] = rows["forks"].map("{:,}".format)
    frame["p of the drawn"] = [f"{percent(share)} %" for share in rows["chance"]]
    frame["p of the other"] = [f"{percent(share)} %" for share in rows["other_chance"]]
    frame["its rank"] = rows["other_rank"].map("{:,}".format)
    return Table(frame, 2, ("drawn", "not drawn"))


def _libraries(summary: Summary) -> Table:
    """What became of the samples, by familiarity and documentation; each outcome in a column."""
    by = [name for name in summary.factors if summary.outcomes[name].nunique() > 1]
    rows = library_table(summary.results, summary.outcomes, by)
    heads = list(rows.columns[: list(rows.columns).index("outcome")])
    frame = rows[heads].drop_duplicates(ignore_index=True).map(level_text)
    frame = frame.rename(columns={name: factor_name(name) for name in by} | {"retrieval": "documentation"})
    for count in ("tasks", "scored"):
        frame[count] = [f"{number:,}" for number in rows[count].iloc[:: len(OUTCOMES)]]
    for outcome in OUTCOMES:
        shares = rows[rows["outcome"].eq(outcome)]
        frame[outcome] = [interval(*each) for each in shares[["estimate", "low", "high"]].to_numpy(float)]
    return _known(Table(frame, len(heads)), "No task of the suite names a library.")


TABLES: Mapping[str, tuple[str, Make]] = {  # name -> caption, and what makes it
    "passing": ("Share of samples that pass every test, per cell", _passing),
    "requirements": ("How often each requirement was broken", _requirements),
    "effects": ("What each setting changes", _effects),
    "plausible": ("Share that breaks a requirement among samples that look right, per cell", _plausible),
    "requirement_cells": ("Share of samples that break each requirement, per cell", _requirement_cells),
    "against": ("Does mean log-probability tell right from wrong, per cell", _against),
    "forks": ("Where samples that break a requirement most often left samples of their prompt that keep it", _forks),
    "libraries": ("What becomes of samples, by how well known the library is and with its documentation", _libraries),
    "names": ("Tokens of the names and prompts, per identifier style", _names),
    "samples": ("Samples, per cell", _samples),
    "statuses": ("How the tests ended", _statuses),
    "provenance": ("Everything needed to repeat the run", lambda summary: tables.provenance(summary.results.manifest)),
}


def numbers(frame: pd.DataFrame) -> Table:
    """A chart's frame in digits: estimates with their intervals in one column, without the sentences."""
    rows = frame.head(MOST)
    bounds = [name for name in ("low", "high") if name in rows]
    left_out = ["told", "link", *bounds, *(name for name in ("estimate", "difference") if name in rows)]
    shown = rows.drop(columns=left_out, errors="ignore").map(_digits)
    for name, make in (("estimate", interval), ("difference", _points)):
        if name in rows and bounds:
            shown["share" if name == "estimate" else name] = [
                make(*each) for each in rows[[name, *bounds]].to_numpy(float)
            ]
    texts = [not pd.api.types.is_numeric_dtype(rows[name].dtype) if name in rows else False for name in shown]
    heads = texts.index(False) if False in texts else len(texts)
    return Table(shown.rename(columns=lambda name: str(name).replace("_", " ")), max(1, heads))


def _scored(summary: Summary, make: Make) -> Table:
    if not summary.total("scored"):
        raise Lacking(NOTHING_SCORED)
    return make(summary)


def _known(table: Table, reason: str) -> Table:
    if table.frame.empty:
        raise Lacking(reason)
    return table


def _points(difference: float, low: float, high: float) -> str:
    bounds = "" if pd.isna(low) or pd.isna(high) else f" [{low:+.1f} to {high:+.1f}]"
    return f"{difference:+.1f}{bounds}"


def _digits(value: object) -> str:
    if value is None or value is pd.NA or value != value:
        return UNKNOWN
    if isinstance(value, float):
        return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
