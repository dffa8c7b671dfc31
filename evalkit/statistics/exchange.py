"""Did anything change? If not, the samples of two runs could as well have been exchanged with each other."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PERMUTATIONS = 4_000
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Value = Callable[[Integers, Integers], Floats]  # numbers of samples and of passing ones -> the measure of a task


@dataclass(frozen=True, eq=False)
class Strata:
    """Samples of two runs, one entry of each array per task and cell: numbers of samples, and of those that pass.

    `single`: the samples of a side are one draw (temperature 0), and change sides together. `weights`: what each entry
    counts in the mean difference; they add up to 1.
    """

    samples_before: Integers
    passed_before: Integers
    samples_after: Integers
    passed_after: Integers
    single: NDArray[np.bool_]
    weights: Floats


def drop_p(strata: Strata, value: Value, permutations: int = PERMUTATIONS, seed: int = 0) -> float:
    """One-sided p of a mean difference as low as the observed one when samples may change sides within their entry.

    A permutation test (Fisher 1935): given how many samples of both sides together pass, the number among the second
    side's is hypergeometric. Patterns equal to the observed one count half (mid-p, Lancaster 1961); it is among those
    that are counted, so that p is never 0 (Phipson & Smyth 2010). It holds for any number of tasks, even a single one.
    """
    random = np.random.default_rng(seed)
    observed = _difference(strata, strata.passed_before, strata.passed_after, value)
    below = 0.5
    for count in _portions(permutations, len(strata.weights)):
        sums = _difference(strata, *_exchanged(strata, count, random), value)
        below += float(np.where(sums < observed - 1e-9, 1.0, np.where(sums <= observed + 1e-9, 0.5, 0.0)).sum())
    return below / (permutations + 1)


def _exchanged(strata: Strata, count: int, random: np.random.Generator) -> tuple[Integers, Integers]:
    """Passing samples of both sides after so many exchanges, one row each."""
    together = strata.passed_before + strata.passed_after
    failed = strata.samples_before + strata.samples_after - together
    shape = (count, len(together))
    after = random.hypergeometric(together, failed, strata.samples_after, size=shape)
    whole = random.integers(2, size=shape, dtype=np.int8) == 1
    after = np.where(strata.single, np.where(whole, strata.passed_before, strata.passed_after), after)
    return together - after, after


def _difference(strata: Strata, before: Integers, after: Integers, value: Value) -> Floats:
    difference = value(strata.samples_after, after) - value(strata.samples_before, before)
    return np.asarray(difference @ strata.weights)


def _portions(permutations: int, entries: int) -> list[int]:
    """Numbers of rows that take a few megabytes at a time."""
    most = max(1, 2**19 // max(1, entries))
    return [min(most, permutations - done) for done in range(0, permutations, most)]
