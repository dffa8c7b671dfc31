"""The metrics a gate can hold, each from the counts of a task in a cell."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.errors import ConfigError
from evalkit.gate.baseline import Counts
from evalkit.statistics import pass_at_k, pass_hat_k, within_task_variance

REQUIREMENTS = "requirements"
Floats = NDArray[np.float64]
_NAMES = re.compile(r"pass([@^])([1-9]\d{0,5})")


@dataclass(frozen=True, slots=True)
class Metric:
    """pass@k, pass^k, or (k = 0) the share of requirements that are met."""

    name: str
    k: int
    all_of_k: bool = False

    def of(self, counts: Sequence[Counts]) -> Floats:
        """From 0 to 1, one for each; NaN where there are too few scored samples."""
        if self.k:
            return self.passing([each.scored for each in counts], [each.passed for each in counts])
        return np.array([_requirements_met(each) for each in counts], dtype=float)

    def passing(self, samples: ArrayLike, passed: ArrayLike) -> Floats:
        """pass@k or pass^k from numbers of samples."""
        return (pass_hat_k if self.all_of_k else pass_at_k)(samples, passed, self.k)

    def variance(self, counts: Sequence[Counts]) -> Floats:
        """How much drawing the samples alone moves each; NaN where they are too few to tell."""
        if not self.k:
            return np.full(len(counts), np.nan)
        scored = np.array([each.scored for each in counts])
        passed = np.array([each.passed for each in counts])
        return within_task_variance(scored, scored - passed if self.all_of_k else passed, self.k)


def _requirements_met(counts: Counts) -> float:
    if not counts.scored or not counts.met:
        return math.nan
    return sum(counts.met.values()) / (counts.scored * len(counts.met))


def metric_of(name: str) -> Metric:
    """pass@K, pass^K, or requirements: the share of requirements met. Raises ConfigError for another name."""
    if name == REQUIREMENTS:
        return Metric(name, 0)
    found = _NAMES.fullmatch(name)
    if not found:
        raise ConfigError(f"Unknown metric {name!r}. There are pass@K, pass^K (K from 1 on) and {REQUIREMENTS}.")
    return Metric(name, int(found[2]), found[1] == "^")
