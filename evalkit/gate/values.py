"""A metric's values of paired tasks, on both sides."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.gate.metrics import Metric
from evalkit.gate.pairing import Pair

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PairedValues:
    """`before` and `after`: one value for each task, the mean over its cells. `pairs` are those that have a value on
    both sides, and `weights` (tasks x pairs) how much each counts in its task."""

    pairs: Sequence[Pair]
    weights: Floats
    before: Floats
    after: Floats


def paired_values(metric: Metric, pairs: Sequence[Pair]) -> PairedValues | None:
    """None where no task has a value on both sides."""
    values = np.array([metric.of([pair.before for pair in pairs]), metric.of([pair.after for pair in pairs])])
    defined = ~np.isnan(values).any(axis=0)
    known = [pair for pair, is_defined in zip(pairs, defined, strict=True) if is_defined]
    if not known:
        return None
    weights = _weights(known)
    before, after = values[:, defined]
    return PairedValues(known, weights, weights @ before, weights @ after)


def _weights(pairs: Sequence[Pair]) -> Floats:
    tasks = sorted({pair.task_id for pair in pairs})
    mine = np.array([[pair.task_id == task for pair in pairs] for task in tasks], dtype=float)
    return np.asarray(mine / mine.sum(axis=1, keepdims=True))
