"""How often each requirement was broken."""

from collections.abc import Iterator
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.results import Results
from evalkit.results.codes import codes
from evalkit.statistics.intervals import clustered_ratio
from evalkit.statistics.meeting import requirement_numbers
from evalkit.statistics.numbering import group_numbers
from evalkit.statistics.outcomes import CELL

_KEYS = ["task_id", "requirement"]
_KNOWN: WeakKeyDictionary[Results, pd.DataFrame] = WeakKeyDictionary()


def requirement_table(results: Results, among: NDArray[np.bool_] | None = None) -> pd.DataFrame:
    """One row per requirement of the run's tasks, the most often broken first.

    A sample breaks a requirement when any of the requirement's tests did not pass; where one of them is
    unscored, the sample does not count for that requirement. `among` says which samples of the run are looked at, those
    of some cells; without it all are.

    Columns: task_id, requirement, kind, text, samples (scored for it), broken, estimate, low, high. The
    interval is about this task and these cells: each sample is one observation, except at temperature 0,
    where the samples of a cell repeat one draw and count as one. NaN when no sample is scored for it.
    """
    if results not in _KNOWN:
        _KNOWN[results] = _by_draw(results)
    draws = _KNOWN[results]
    if among is not None:
        draws = draws[among[draws["first"].to_numpy()]]
    rates = pd.DataFrame(_rates(results, draws), columns=[*_KEYS, "samples", "broken", "estimate", "low", "high"])
    table = results.requirements.merge(rates, how="left", on=_KEYS)
    table[["samples", "broken"]] = table[["samples", "broken"]].fillna(0).astype("int64")
    return table.sort_values(["estimate", "broken"], ascending=False, kind="stable", ignore_index=True)


def _by_draw(results: Results) -> pd.DataFrame:
    """One row per requirement and independent draw: pair (a number for task and requirement), first (one of the draw's
    samples, which are all of one cell), size (how many it stands for), broken (by how many of them)."""
    samples, rows = results.samples, requirement_numbers(results)
    index = samples["index"].where(samples["temperature"].gt(0), -1)
    draw = group_numbers([samples["task_id"], *(samples[name] for name in CELL), index])
    task, width = codes(samples["task_id"]).numbers, max(1, len(rows.names))
    sample, requirement = rows.sample[~rows.unscored], rows.requirement[~rows.unscored]
    numbers, different = pd.factorize(draw[sample] * width + requirement)
    first = np.zeros(len(different), dtype=np.int64)
    first[numbers[::-1]] = sample[::-1]
    broken = np.bincount(numbers, ~rows.met[~rows.unscored], minlength=len(different))
    pair = task[first].astype(np.int64) * width + different % width
    return pd.DataFrame({"pair": pair, "first": first, "size": np.bincount(numbers), "broken": broken})


def _rates(results: Results, draws: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    """task_id, requirement, samples, broken, and the share with its bounds."""
    names, tasks = requirement_numbers(results).names, codes(results.samples["task_id"]).values
    for pair, each in draws.groupby("pair", sort=False)[["size", "broken"]]:
        size, broken = each["size"].to_numpy(), each["broken"].to_numpy()
        task, requirement = divmod(int(str(pair)), max(1, len(names)))
        yield tasks[task], names[requirement], size.sum(), int(broken.sum()), *clustered_ratio(broken, size)
