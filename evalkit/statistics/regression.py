"""What each factor of an experiment does to passing, the others held fixed: logistic GEE with tasks as clusters."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evalkit.statistics.intervals import LEVEL

FACTORS = ("temperature", "identifiers", "prompt_style")


def factorial_effects(
    outcomes: pd.DataFrame, factors: Sequence[str] = FACTORS, interactions: bool = True
) -> pd.DataFrame:
    """Log odds ratios of passing for every factor that varies, and for pairs of them with `interactions`.

    A logistic model whose samples may be correlated within a task, fitted by generalised estimating equations with an
    exchangeable correlation (Liang & Zeger 1986, Biometrika 73); its standard errors are corrected for few clusters as
    Mancl & DeRouen (2001, Biometrics 57) propose. Temperature is a number (per unit); the other factors compare each
    level with the first one that occurs. Scored samples only.

    Columns: term ("temperature", "identifiers=camelCase", "temperature:identifiers=camelCase"...), log_odds, low, high
    (95 %), odds_ratio, p. Empty where no factor varies. NaN where a cell passes always or never, since no finite effect
    fits that, and where there are fewer tasks than terms.
    """
    scored = outcomes[outcomes["scored"]]
    columns = _columns(scored, factors, interactions)
    table = pd.DataFrame({"term": list(columns)}, columns=["term"])
    measures = ["log_odds", "low", "high", "odds_ratio", "p"]
    if not columns:
        return table.reindex(columns=["term", *measures])
    return table.join(pd.DataFrame(_fitted(scored, columns), columns=measures))


def _columns(scored: pd.DataFrame, factors: Sequence[str], interactions: bool) -> dict[str, np.ndarray]:
    by_factor: dict[str, dict[str, np.ndarray]] = {}
    for factor in factors:
        levels = list(scored[factor].unique())
        if len(levels) < 2:
            continue
        if factor == "temperature":
            by_factor[factor] = {factor: scored[factor].to_numpy(dtype=float)}
        else:
            codes = pd.factorize(scored[factor])[0]
            by_factor[factor] = {f"{factor}={level}": (codes == at) * 1.0 for at, level in enumerate(levels) if at}
    found = {name: values for columns in by_factor.values() for name, values in columns.items()}
    names = list(by_factor)
    for at, one in enumerate(names if interactions else []):
        for other in names[at + 1 :]:
            found |= {f"{a}:{b}": x * y for a, x in by_factor[one].items() for b, y in by_factor[other].items()}
    return found


def _fitted(scored: pd.DataFrame, columns: dict[str, np.ndarray]) -> np.ndarray:
    """(terms, 5): log odds ratio, its bounds, the odds ratio, p."""
    import statsmodels.api as sm

    tasks = pd.factorize(scored["task_id"])[0]
    design = np.column_stack([np.ones(len(scored)), *columns.values()])
    passed = scored["passed"].to_numpy(dtype=float)
    unknown = np.full((len(columns), 5), np.nan)
    if len(np.unique(tasks)) <= design.shape[1] or _is_separated(design, passed):
        return unknown
    order = np.argsort(tasks, kind="stable")
    model = sm.GEE(
        passed[order],
        design[order],
        groups=tasks[order],
        family=sm.families.Binomial(),
        cov_struct=sm.cov_struct.Exchangeable(),
    )
    fit = model.fit(cov_type="bias_reduced")
    bounds = fit.conf_int(alpha=1 - LEVEL)
    found = np.column_stack([fit.params, bounds, np.exp(fit.params), fit.pvalues])
    return found[1:]


def _is_separated(design: np.ndarray, passed: np.ndarray) -> bool:
    """Whether some cell of the factors passes always or never."""
    cells = np.unique(design, axis=0, return_inverse=True)[1].ravel()
    rates = np.bincount(cells, passed) / np.bincount(cells)
    return bool(((rates == 0) | (rates == 1)).any())
