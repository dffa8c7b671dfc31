"""Can the model's plausibility be read as a chance of being right, and how far can one trust the most confident code?

A log-probability is no probability of being correct. Platt scaling (Platt 1999) turns it into one: a logistic
regression of passing on the score. It is fitted on other tasks than it is used for, or it would know the answer.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evalkit.statistics.grouping import grouped
from evalkit.statistics.intervals import Interval, clustered_ratio
from evalkit.statistics.resampling import DRAWS, bootstrap_tasks

Floats = NDArray[np.float64]
BINS, FOLDS = 10, 5
COVERAGES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def predicted(samples: pd.DataFrame, score: str, folds: int = FOLDS, within: bool = False) -> pd.DataFrame:
    """The scored samples with `chance`: the probability of passing by Platt scaling, fitted on the other folds' tasks.

    `samples` has task_id, scored, passed and the score. Tasks are dealt to the folds whole. `within` takes each task's
    mean off the score first: what is left is what a score says among samples of one task. Rows without a score are left
    out. `chance` is NaN where there are fewer tasks than folds, or where the tasks to fit on all passed or all failed.
    """
    known = samples[samples["scored"].to_numpy(dtype=bool) & samples[score].notna().to_numpy()]
    values = known[score].to_numpy(dtype=float)
    if within:
        values = values - pd.Series(values).groupby(pd.factorize(known["task_id"])[0]).transform("mean").to_numpy()
    tasks, passed = pd.factorize(known["task_id"])[0], known["passed"].to_numpy(dtype=bool)
    frame = pd.DataFrame({"task_id": tasks, "score": values, "passed": passed})
    return frame.assign(chance=_cross_fitted(values, passed, tasks, folds))


def _cross_fitted(values: Floats, passed: NDArray[np.bool_], tasks: NDArray[np.int64], folds: int) -> Floats:
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold

    chance = np.full(len(values), np.nan)
    if len(np.unique(tasks)) < folds:
        return chance
    scaled = ((values - values.mean()) / (values.std() or 1.0))[:, None]
    for train, test in GroupKFold(folds).split(scaled, passed, tasks):
        if 0 < passed[train].sum() < len(train):
            model = LogisticRegression(C=np.inf).fit(scaled[train], passed[train])  # no penalty: Platt has none
            chance[test] = model.predict_proba(scaled[test])[:, 1]
    return chance


def brier_score(frame: pd.DataFrame) -> float:
    """Mean of (chance - passed)^2 (Brier 1950); .25 for saying one half each time.

    >>> brier_score(pd.DataFrame({"chance": [0.5, 0.5], "passed": [True, False]}))
    0.25
    """
    return float(((frame["chance"] - frame["passed"]) ** 2).mean())


def brier_skill(frame: pd.DataFrame) -> float:
    """1 - Brier / (Brier of saying the share that passed): 1 is perfect, 0 knows nothing but that share."""
    share = float(frame["passed"].mean())
    return 1 - brier_score(frame) / (share * (1 - share)) if 0 < share < 1 else float("nan")


def expected_calibration_error(frame: pd.DataFrame, bins: int = BINS) -> float:
    """Sum over bins of (share of samples in it) * |share that passed - mean chance| (Naeini et al. 2015, AAAI).

    The bins divide 0 to 1 into equal parts. Biased upwards with few samples: noise alone makes it positive.
    """
    table = _binned(frame, bins)
    return float((table["size"] * (table["passed"] - table["chance"]).abs()).sum() / table["size"].sum())


def calibration_table(frame: pd.DataFrame, draws: int = DRAWS, seed: int = 0) -> pd.DataFrame:
    """Brier score, Brier skill and ECE of what `predicted` gave, one row each: measure, estimate, low, high.

    95 % intervals by bootstrap over tasks, with the fitted scaling held fixed.
    """
    known = frame[frame["chance"].notna()]
    measures = {"brier": brier_score, "brier_skill": brier_skill, "ece": expected_calibration_error}
    rows = [
        {"measure": name, **(bootstrap_tasks(known, each, draws, seed) if len(known) else _NOTHING)._asdict()}
        for name, each in measures.items()
    ]
    return pd.DataFrame(rows)


def reliability_table(frame: pd.DataFrame, bins: int = BINS) -> pd.DataFrame:
    """For each bin of the chance that holds samples: from, to, samples, chance (mean), estimate (share that passed),
    low, high (95 % with tasks as clusters)."""
    known = frame[frame["chance"].notna()]
    rows = []
    for heads, members in grouped(known.assign(bin=_bin_of(known, bins)).sort_values("bin", kind="stable"), ["bin"]):
        tasks = members.groupby("task_id")["passed"].agg(["sum", "size"])
        edges = {"from": heads["bin"] / bins, "to": (heads["bin"] + 1) / bins}
        interval = clustered_ratio(tasks["sum"], tasks["size"])
        rows.append({**edges, "samples": len(members), "chance": members["chance"].mean(), **interval._asdict()})
    return pd.DataFrame(rows, columns=["from", "to", "samples", "chance", "estimate", "low", "high"])


def risk_coverage(
    scores: ArrayLike, passed: ArrayLike, tasks: ArrayLike, coverages: Sequence[float] = COVERAGES
) -> pd.DataFrame:
    """How much of what is accepted passes when only the most confident share of the samples is accepted.

    Selective prediction (El-Yaniv & Wiener 2010, JMLR 11). Columns: coverage, samples (accepted), estimate (share of
    them that passes; 1 less the selective risk), low, high (95 % with tasks as clusters). Of samples that score the
    same at the border, each counts by the share of them that is accepted.
    """
    task = pd.factorize(pd.Series(np.asarray(tasks)))[0]
    frame = pd.DataFrame({"score": np.asarray(scores, float), "passed": np.asarray(passed, float), "task": task})
    frame = frame[frame["score"].notna()].sort_values("score", ascending=False, kind="stable")
    rows = []
    for coverage in coverages:
        weight = _accepted(frame["score"].to_numpy(), coverage)
        tops = np.bincount(frame["task"], weight * frame["passed"])
        interval = clustered_ratio(tops, np.bincount(frame["task"], weight))
        rows.append({"coverage": coverage, "samples": float(weight.sum()), **interval._asdict()})
    return pd.DataFrame(rows)


def _accepted(ordered: Floats, coverage: float) -> Floats:
    """The weight of each of the scores, in falling order."""
    wanted = coverage * len(ordered)
    weight = np.zeros(len(ordered))
    if not len(ordered):
        return weight
    border = ordered[min(len(ordered), max(1, int(np.ceil(wanted)))) - 1]
    above, at = ordered > border, ordered == border
    weight[above], weight[at] = 1.0, (wanted - above.sum()) / at.sum()
    return weight


def _bin_of(frame: pd.DataFrame, bins: int) -> NDArray[np.int64]:
    return np.minimum((frame["chance"].to_numpy() * bins).astype(np.int64), bins - 1)


def _binned(frame: pd.DataFrame, bins: int) -> pd.DataFrame:
    groups = frame[["chance", "passed"]].groupby(_bin_of(frame, bins))
    return groups.mean().assign(size=groups.size())


_NOTHING = Interval(float("nan"), float("nan"), float("nan"))
