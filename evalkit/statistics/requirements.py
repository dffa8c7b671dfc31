"""How often each requirement was broken."""

import pandas as pd

from evalkit.results import Results
from evalkit.statistics.grouping import grouped
from evalkit.statistics.intervals import clustered_ratio
from evalkit.statistics.meeting import requirement_rows
from evalkit.statistics.numbering import group_numbers
from evalkit.statistics.outcomes import CELL


def requirement_table(results: Results) -> pd.DataFrame:
    """One row per requirement of the run's tasks, the most often broken first.

    A sample breaks a requirement when any of the requirement's tests did not pass; where one of them is
    unscored, the sample does not count for that requirement.

    Columns: task_id, requirement, kind, text, samples (scored for it), broken, estimate, low, high. The
    interval is about this task and these cells: each sample is one observation, except at temperature 0,
    where the samples of a cell repeat one draw and count as one. NaN when no sample is scored for it.
    """
    keys = ["task_id", "requirement"]
    draws = _by_draw(results)
    rates = [{**heads, **_broken_rate(members)} for heads, members in grouped(draws, keys)]
    columns = [*keys, "samples", "broken", "estimate", "low", "high"]
    table = results.requirements.merge(pd.DataFrame(rates, columns=columns), how="left", on=keys)
    table[["samples", "broken"]] = table[["samples", "broken"]].fillna(0).astype("int64")
    return table.sort_values(["estimate", "broken"], ascending=False, kind="stable", ignore_index=True)


def _by_draw(results: Results) -> pd.DataFrame:
    """One row per requirement and independent draw, with how many samples it stands for and how many broke it."""
    samples, rows = results.samples, requirement_rows(results)
    rows = rows[~rows["unscored"].to_numpy()]
    index = samples["index"].where(samples["temperature"].gt(0), -1)
    draw = group_numbers([samples["task_id"], *(samples[name] for name in CELL), index])
    named = rows.assign(draw=draw[rows["sample"]], broken=~rows["met"])
    counted = named.groupby(["draw", "requirement"], sort=False)["broken"].agg(["size", "sum"]).reset_index()
    task_of = pd.Series(samples["task_id"].to_numpy(), index=draw).groupby(level=0).first()
    return counted.assign(task_id=task_of.loc[counted["draw"]].to_numpy())


def _broken_rate(draws: pd.DataFrame) -> dict[str, object]:
    interval = clustered_ratio(draws["sum"], draws["size"])
    return {"samples": draws["size"].sum(), "broken": draws["sum"].sum(), **interval._asdict()}
