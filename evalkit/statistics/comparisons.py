"""Is one setting better than another? Paired by task, because tasks differ far more than settings do."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evalkit.results import Results
from evalkit.statistics.intervals import LEVEL, mean_interval, student

PERMUTATIONS = 10_000
_COLUMNS = {"prompt": "prompt_style", "position": "context_position"}  # what an experiment calls them -> the tables
EXACT_UP_TO = 16  # tasks: so many sign flips can all be tried
POWER = 0.8
Floats = NDArray[np.float64]


class Comparison(NamedTuple):
    """The second setting less the first, over the tasks that both have.

    `difference` of the mean share that passes, with its 95 % interval; `p` two-sided by `test`; `detectable`: the
    smallest true difference that this many tasks, varying as they do, would show with a power of 80 %; `before` and
    `after`: the mean shares themselves.
    """

    tasks: int
    difference: float
    low: float
    high: float
    p: float
    test: str
    detectable: float
    before: float
    after: float


def compare(
    outcomes: pd.DataFrame, factor: str, first: Any, second: Any, seed: int = 0, within: Sequence[str] = ()
) -> Comparison:
    """Passing at level `second` of a factor against level `first`: scored samples, paired by task and `within`.

    With one scored sample per task on both sides the test is McNemar's, exact; else sign flips of the tasks'
    differences. NaN where both have no task in common.
    """
    rates = paired_rates(outcomes, factor, first, second, within)
    before, after = rates["before"].to_numpy(dtype=float), rates["after"].to_numpy(dtype=float)
    single = bool(len(rates)) and bool(rates[["samples_before", "samples_after"]].eq(1).to_numpy().all())
    p = mcnemar(before, after) if single else sign_flip(after - before, seed=seed)
    estimate, low, high = mean_interval(after - before)
    test = "McNemar, exact" if single else "sign flips"
    means = [float(side.mean()) if len(rates) else math.nan for side in (before, after)]
    return Comparison(len(rates), estimate, low, high, p, test, minimum_detectable(after - before), *means)


def paired_rates(
    outcomes: pd.DataFrame, factor: str, first: Any, second: Any, within: Sequence[str] = ()
) -> pd.DataFrame:
    """The share of scored samples that pass per task (the index, sorted) at two levels of a factor.

    Columns: before, after (shares), samples_before, samples_after. Only tasks that both levels have. With `within`
    (columns such as the temperature) samples are paired within their values too, and each combination that both levels
    have weighs the same in its task: unequal numbers of samples then do not pass for an effect.
    """
    scored = outcomes[outcomes["scored"]]
    keys = ["task_id", *within]
    sides = [scored[scored[factor].eq(level)].groupby(keys, sort=True)["passed"] for level in (first, second)]
    both = pd.concat([side.agg(["mean", "size"]) for side in sides], axis=1, join="inner", keys=["first", "second"])
    both.columns = pd.Index(["before", "samples_before", "after", "samples_after"])
    tasks = both.astype(float).groupby(level="task_id")
    return tasks[["before", "after"]].mean().join(tasks[["samples_before", "samples_after"]].sum())


def mcnemar(before: ArrayLike, after: ArrayLike) -> float:
    """Exact two-sided p of McNemar's test (1947): of the tasks that changed, as many are expected to gain as to lose.

    >>> round(mcnemar([1, 1, 0, 0, 0, 0, 0, 0, 0], [1, 0, 1, 1, 1, 1, 1, 1, 1]), 4)
    0.0703
    """
    from statsmodels.stats.contingency_tables import mcnemar as test

    pairs = pd.crosstab(np.asarray(before, dtype=bool), np.asarray(after, dtype=bool))
    table = pairs.reindex(index=[False, True], columns=[False, True], fill_value=0).to_numpy()
    return float(test(table, exact=True).pvalue)


def sign_flip(differences: ArrayLike, permutations: int = PERMUTATIONS, seed: int = 0) -> float:
    """Two-sided p of the mean of paired differences when each may as well have had the other sign (Fisher 1935).

    All patterns of signs are tried up to EXACT_UP_TO differences that are not 0, else so many drawn ones with the
    observed one among them, so that p is never 0 (Phipson & Smyth 2010). Patterns as extreme as the observed one count
    half (mid-p, Lancaster 1961): differences of shares tie often, and counting ties whole was measured to find nothing
    in 98 of 100 runs instead of 95. NaN without differences; 1 when all are 0.
    """
    values = np.asarray(differences, dtype=float)
    if not len(values):
        return math.nan
    values = values[values != 0]
    if not len(values):
        return 1.0
    if len(values) <= EXACT_UP_TO:
        signs = 1 - 2 * (np.arange(2 ** len(values))[:, None] >> np.arange(len(values)) & 1)
        return float(_extremity(signs @ values, values.sum()).mean())
    random, extreme = np.random.default_rng(seed), 0.5
    for count in _portions(permutations, len(values)):
        signs = 1 - 2 * random.integers(2, size=(count, len(values)), dtype=np.int8)
        extreme += float(_extremity(signs @ values, values.sum()).sum())
    return extreme / (permutations + 1)


def _extremity(sums: Floats, observed: float) -> Floats:
    """1 for sums farther from 0 than the observed one, one half for those as far, 0 for the others."""
    rounding = 1e-9 * max(1.0, abs(observed))
    farther = np.abs(sums) - abs(observed)
    return np.where(farther > rounding, 1.0, np.where(farther >= -rounding, 0.5, 0.0))


def _portions(permutations: int, values: int) -> list[int]:
    """Numbers of rows that take a few megabytes at a time."""
    most = max(1, 2**20 // values)
    return [min(most, permutations - done) for done in range(0, permutations, most)]


def minimum_detectable(differences: ArrayLike, power: float = POWER) -> float:
    """The smallest true mean difference that a two-sided 5 % test of so many tasks finds with this power.

    (t(.975) + t(power)) * standard deviation / sqrt(tasks), t with tasks - 1 degrees of freedom (Bloom 1995, Evaluation
    Review 19, 547-556). NaN with fewer than two tasks.
    """
    from scipy.special import stdtrit

    values = np.asarray(differences, dtype=float)
    if len(values) < 2:
        return math.nan
    factor = student(len(values) - 1) + float(stdtrit(len(values) - 1, power))
    return factor * float(values.std(ddof=1)) / math.sqrt(len(values))


def contrasts(
    outcomes: pd.DataFrame, declared: Sequence[tuple[str, Any, Any]], seed: int = 0, within: Sequence[str] = ()
) -> pd.DataFrame:
    """`compare` for each declared (factor, first, second), with `p_adjusted` by Holm (1979, Scand. J. Stat. 6): the
    chance of one false finding or more among all of them stays below 5 %."""
    return _adjusted(_compared(outcomes, declared, seed, within), "holm")


def declared_contrasts(results: Results, outcomes: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """`contrasts` for those that the experiment's file declared before anything was drawn; empty without any."""
    declared = results.manifest.get("config", {}).get("contrasts", [])
    return contrasts(outcomes, [(_COLUMNS.get(factor, factor), *levels) for factor, *levels in declared], seed)


def grid(
    outcomes: pd.DataFrame, factor: str, reference: Any, seed: int = 0, within: Sequence[str] = ()
) -> pd.DataFrame:
    """`compare` of each other level of a factor with `reference`, with `p_adjusted` by Benjamini & Hochberg (1995,
    JRSS B 57): of the findings below 5 %, 5 % are expected to be false."""
    levels = [level for level in outcomes[factor].unique() if level != reference]
    return _adjusted(_compared(outcomes, [(factor, reference, level) for level in levels], seed, within), "fdr_bh")


def _compared(
    outcomes: pd.DataFrame, declared: Sequence[tuple[str, Any, Any]], seed: int, within: Sequence[str]
) -> pd.DataFrame:
    rows: list[Mapping[str, object]] = []
    for factor, first, second in declared:
        found = compare(outcomes, factor, first, second, seed, within)
        rows.append({"factor": factor, "first": first, "second": second, **found._asdict()})
    return pd.DataFrame(rows, columns=["factor", "first", "second", *Comparison._fields])


def _adjusted(table: pd.DataFrame, method: str) -> pd.DataFrame:
    return table.assign(p_adjusted=adjusted(table["p"], method))


def adjusted(p: ArrayLike, method: str) -> Floats:
    """p values adjusted for their number: by Holm ("holm") or Benjamini and Hochberg ("fdr_bh"). NaN stay NaN and do
    not count.

    >>> adjusted([0.01, 0.02, 0.5, float("nan")], "holm").round(6).tolist()
    [0.03, 0.04, 0.5, nan]
    """
    from statsmodels.stats.multitest import multipletests

    values = np.asarray(p, dtype=float)
    known, found = ~np.isnan(values), np.full(len(values), np.nan)
    if known.any():
        found[known] = multipletests(values[known], alpha=1 - LEVEL, method=method)[1]
    return found
