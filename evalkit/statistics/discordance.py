"""How often the model is more confident in a wrong answer than in a right one to the same prompt."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from evalkit.statistics.intervals import Interval, clustered_ratio


class Discordance(NamedTuple):
    """`discordant` of `pairs` (ties count one half) from `tasks` tasks, and their share with its 95 % interval."""

    share: Interval
    discordant: float
    pairs: int
    tasks: int


def discordance(scores: ArrayLike, passed: ArrayLike, prompts: ArrayLike, tasks: ArrayLike) -> Discordance:
    """Share of pairs, of one passing and one failing sample of the same prompt, in which the failing one scores higher.

    The complement of the area under the ROC curve within prompts: with U the Mann-Whitney statistic of a prompt's
    passing samples against its failing ones, ties counting one half, sum(p f - U) / sum(p f) over prompts with p
    passing and f failing samples (Mann & Whitney 1947; the complement of the concordance of Harrell et al. 1982,
    JAMA 247, 2543-2546). 0.5: the score says nothing. Prompts without samples of both outcomes have no pairs, NaN
    scores are left out, and the share is NaN where there are no pairs.

    The interval has tasks as clusters (`clustered_ratio`); the effective number of pairs is at most that of pairs that
    have no sample in common, sum(min(p, f)).

    >>> discordance([-1, -2, -3, -1], [1, 1, 0, 0], list("xxxx"), list("aaaa"))[1:]
    (1.5, 4, 1)
    """
    frame = pd.DataFrame({"score": np.asarray(scores, float), "passed": np.asarray(passed, bool)})
    frame["prompt"], frame["task"] = pd.factorize(np.asarray(prompts))[0], pd.factorize(np.asarray(tasks))[0]
    frame = frame[frame["score"].notna()]
    each = _of_prompts(frame).groupby("task").sum()
    each = each[each["pairs"].gt(0)]
    share = clustered_ratio(each["discordant"], each["pairs"], count=float(each["disjoint"].sum()))
    return Discordance(share, float(each["discordant"].sum()), int(each["pairs"].sum()), len(each))


def _of_prompts(frame: pd.DataFrame) -> pd.DataFrame:
    """Per prompt: task, pairs, discordant, disjoint."""
    ranks = frame.groupby("prompt")["score"].rank()
    groups = frame.assign(rank=ranks.where(frame["passed"], 0.0)).groupby("prompt")
    passing, size, ranked = groups["passed"].sum(), groups.size(), groups["rank"].sum()
    failing = size - passing
    pairs, concordant = passing * failing, ranked - passing * (passing + 1) / 2
    columns = {"pairs": pairs, "discordant": pairs - concordant, "disjoint": np.minimum(passing, failing)}
    return pd.DataFrame({"task": groups["task"].first(), **columns})
