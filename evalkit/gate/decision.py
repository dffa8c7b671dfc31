"""Regression, fine or inconclusive: what differences of tasks say of a drop, without crying wolf."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from evalkit.statistics import mean_interval

FALSE_ALARMS = 0.05
TOLERANCE = 0.05  # without --max-drop: "fine" means that a larger drop than this is ruled out
Floats = NDArray[np.float64]


class Outcome(StrEnum):
    """What a gate says."""

    REGRESSION = "regression"
    FINE = "fine"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Rule:
    """When a drop is a regression. `max_drop`: the drop that is allowed, as a share; None: none is.

    `false_alarms`: how often at most the gate as a whole may call a regression where nothing has changed.
    """

    max_drop: float | None = None
    false_alarms: float = FALSE_ALARMS

    @property
    def tolerance(self) -> float:
        """The drop that must be ruled out for the outcome to be fine."""
        return TOLERANCE if self.max_drop is None else self.max_drop


@dataclass(frozen=True, slots=True)
class Decision:
    """`low` and `high` bound the difference, each one wrong in the rule's share of cases; NaN with a single task."""

    outcome: Outcome
    difference: float
    low: float
    high: float


def decide(differences: Floats, p: Callable[[], float], rule: Rule, checks: int = 1) -> Decision:
    """What the differences (run less baseline, one per task) say, as one of so many checks of a gate.

    Regression: the interval lies below zero, the drop is larger than the allowed one, and `p` agrees: the one-sided p
    of so low a difference where nothing has changed. It is what holds the rule's rate, for the interval alone trusts
    few tasks too much; of a single task there is no interval, and p decides. It is asked for only when it matters.
    Fine: no regression, and the interval lies above the allowed drop, or no task moved at all (then there is no spread
    to tell an interval from). Else inconclusive. The rule's rate is divided by
    the number of checks (Bonferroni), so that the gate as a whole keeps it.
    """
    rate = rule.false_alarms / checks
    difference, low, high = mean_interval(differences, level=1 - 2 * rate)
    if -difference > (rule.max_drop or 0) and not high >= 0 and p() <= rate:
        return Decision(Outcome.REGRESSION, difference, low, high)
    proven = rule.max_drop is None and high < 0  # a drop that the interval shows is never fine where none is allowed
    fine = (low >= -rule.tolerance and not proven) or not differences.any()
    return Decision(Outcome.FINE if fine else Outcome.INCONCLUSIVE, difference, low, high)


@dataclass(frozen=True, slots=True)
class Settling:
    """What would settle an inconclusive check if the difference stays as it is; None where that does not.

    samples: per task and cell in a new run, against the same baseline. both: per task and cell in a new run and a new
    baseline. tasks: with as many samples of each as now.
    """

    samples: int | None
    both: int | None
    tasks: int | None


def settling(differences: Floats, drawn: tuple[float, float], now: float, rule: Rule, checks: int = 1) -> Settling:
    """How much more would settle it.

    `drawn`: the part of the differences' variance, mean over tasks, that comes from drawing the baseline's and the
    run's samples; NaN where that is not known, which is taken for all of it, half on each side. `now`: samples per task
    and cell. The standard error of the mean difference is sqrt((between + baseline + run) / tasks); a part that comes
    from drawing falls with the number of samples, `between` only with that of tasks.
    """
    tasks = len(differences)
    needed = _needed_error(differences, rule, checks)
    if tasks < 2 or not needed > 0:
        return Settling(None, None, None)
    variance, target = float(differences.var(ddof=1)), needed**2 * tasks
    baseline, run = (variance / 2, variance / 2) if math.isnan(sum(drawn)) else drawn
    between = max(0.0, variance - baseline - run)
    return Settling(
        samples=_times(run, target - between - baseline, now),
        both=_times(baseline + run, target - between, now),
        tasks=max(tasks + 1, math.ceil(variance / needed**2)),
    )


def _needed_error(differences: Floats, rule: Rule, checks: int) -> float:
    """The standard error at which the difference as it is would be called fine or a regression."""
    from scipy.special import stdtrit

    if len(differences) < 2:
        return math.nan
    difference = float(differences.mean())
    fine = difference + rule.tolerance
    regression = -difference if -difference > (rule.max_drop or 0) else 0.0
    return max(fine, regression) / float(stdtrit(len(differences) - 1, 1 - rule.false_alarms / checks))


def _times(falling: float, room: float, now: float) -> int | None:
    """Samples at which a part of the variance that falls with them fits into the room that is left."""
    if room <= 0 or falling <= 0:
        return None
    return max(math.floor(now) + 1, math.ceil(now * falling / room))
