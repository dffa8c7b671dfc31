"""How often each requirement was broken."""

import pandas as pd

from evalkit.results import Results
from evalkit.statistics.intervals import clustered_ratio
from evalkit.statistics.outcomes import CELL, KEY
from evalkit.types import Status


def requirement_table(results: Results) -> pd.DataFrame:
    """One row per requirement of the run's tasks, the most often broken first.

    A sample breaks a requirement when any of the requirement's tests did not pass; where one of them is
    unscored, the sample does not count for that requirement.

    Columns: task_id, requirement, kind, text, samples (scored for it), broken, estimate, low, high. The
    interval is about this task and these cells: each sample is one observation, except at temperature 0,
    where the samples of a cell repeat one draw and count as one. NaN when no sample is scored for it.
    """
    keys = ["task_id", "requirement"]
    rates = [
        {**dict(zip(keys, name, strict=True)), **_broken_rate(draws)}
        for name, draws in _by_draw(_by_sample(results.verdicts)).groupby(keys, sort=False)
    ]
    columns = [*keys, "samples", "broken", "estimate", "low", "high"]
    table = results.requirements.merge(pd.DataFrame(rates, columns=columns), how="left", on=keys)
    table[["samples", "broken"]] = table[["samples", "broken"]].fillna(0).astype("int64")
    return table.sort_values(["estimate", "broken"], ascending=False, kind="stable", ignore_index=True)


def _by_sample(verdicts: pd.DataFrame) -> pd.DataFrame:
    """One row per sample and requirement of which no test is unscored, with `broken`."""
    status = verdicts["status"]
    marked = verdicts[[*KEY, "requirement"]].assign(
        broken=status.ne(Status.PASSED.value).to_numpy(dtype=bool),
        unscored=status.eq(Status.UNSCORED.value).to_numpy(dtype=bool),
    )
    rows = marked.groupby([*KEY, "requirement"], sort=False, as_index=False).any()
    return rows[~rows["unscored"]]


def _by_draw(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per requirement and independent draw, with how many samples it stands for and broke it."""
    draws = rows.assign(draw=rows["index"].where(rows["temperature"].gt(0), -1))
    names = ["task_id", "requirement", *CELL, "draw"]
    return draws.groupby(names, sort=False)["broken"].agg(["size", "sum"]).reset_index()


def _broken_rate(draws: pd.DataFrame) -> dict[str, object]:
    interval = clustered_ratio(draws["sum"], draws["size"])
    return {"samples": draws["size"].sum(), "broken": draws["sum"].sum(), **interval._asdict()}
