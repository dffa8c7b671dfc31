"""95 % intervals of shares whose observations come in clusters."""

import math
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

LEVEL = 0.95
_Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


class Interval(NamedTuple):
    """A share with its 95 % interval, all from 0 to 1; all NaN where the share is undefined."""

    estimate: float
    low: float
    high: float


UNDEFINED = Interval(math.nan, math.nan, math.nan)


def wilson(share: float, count: float, quantile: float = _Z) -> Interval:
    """Wilson's score interval (1927) of a share seen in `count` independent observations.

    `count` need not be whole: it may be an effective sample size. NaN when it is not positive.

    >>> [round(float(x), 3) for x in wilson(0.8, 10)]
    [0.8, 0.49, 0.943]
    """
    if not count > 0:
        return UNDEFINED
    spread = quantile**2 / count
    centre = (share + spread / 2) / (1 + spread)
    half = math.sqrt(spread * (share * (1 - share) + spread / 4)) / (1 + spread)
    return Interval(share, max(0.0, centre - half), min(1.0, centre + half))


def clustered_ratio(numerators: ArrayLike, denominators: ArrayLike, count: float | None = None) -> Interval:
    """sum(numerators) / sum(denominators), one entry of each per cluster, 0 <= numerator <= denominator.

    The variance between clusters is that of a ratio of sums, linearised (Cochran, Sampling Techniques, 1977,
    chapter 6): v = C/(C-1) sum((a - r b)^2) / sum(b)^2. It gives the effective sample size r(1-r)/v, which
    goes into Wilson's interval with Student's t on C-1 degrees of freedom (compare Franco, Little, Louis and
    Slud, J. Survey Stat. Methodol. 7, 2019). The effective size is at most `count`, the number of
    observations (default: sum(denominators)). Where clusters cannot show their spread (a single one, or a
    share of exactly 0 or 1), each cluster counts as one observation. NaN when the denominators sum to 0.

    >>> [round(float(x), 3) for x in clustered_ratio([5, 0, 0, 5], [5, 5, 5, 5])]
    [0.5, 0.061, 0.939]
    """
    tops, bottoms = np.asarray(numerators, dtype=float), np.asarray(denominators, dtype=float)
    tops, bottoms = tops[bottoms > 0], bottoms[bottoms > 0]
    clusters, total = len(bottoms), float(bottoms.sum())
    if not clusters:
        return UNDEFINED
    share = float(tops.sum()) / total
    spread = share * (1 - share)
    if clusters == 1 or spread <= 0:
        return wilson(share, clusters)
    variance = clusters / (clusters - 1) * float(((tops - share * bottoms) ** 2).sum()) / total**2
    return from_variance(share, variance, clusters, total if count is None else count)


def from_variance(share: float, variance: float, clusters: int, most: float = math.inf) -> Interval:
    """Wilson's interval of a share whose estimate has this variance between so many clusters.

    The effective sample size share (1 - share) / variance, at most `most`, goes into Wilson's formula with Student's t
    on clusters - 1 degrees of freedom. A share of 0 or 1, or a single cluster, shows no spread: each cluster is then
    one observation. NaN without clusters or without a share.
    """
    if not clusters or math.isnan(share):
        return UNDEFINED
    spread = share * (1 - share)
    if clusters == 1 or spread <= 0:
        return wilson(share, clusters)
    effective = min(most, spread / variance) if variance > 0 else most
    effective = effective if math.isfinite(effective) else clusters
    return wilson(share, effective, student(clusters - 1))


def mean_interval(values: ArrayLike, level: float = LEVEL) -> Interval:
    """The mean of one value per cluster, with Student's interval (95 % unless told otherwise); NaN values are left out.

    No interval (NaN) from fewer than two. Unlike the others it is not kept inside 0 to 1: differences and entropies
    have other bounds.
    """
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    mean = float(known.mean()) if len(known) else math.nan
    if len(known) < 2:
        return Interval(mean, math.nan, math.nan)
    half = student(len(known) - 1, level) * float(known.std(ddof=1)) / math.sqrt(len(known))
    return Interval(mean, mean - half, mean + half)


@lru_cache(maxsize=256)
def student(degrees: int, level: float = LEVEL) -> float:
    """The quantile of Student's t that leaves out half of what the level leaves out."""
    from scipy.special import stdtrit  # only here: loading it takes longer than many a report

    return float(stdtrit(degrees, (1 + level) / 2))
