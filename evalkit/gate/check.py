"""A run held to a baseline: metric by metric and group by group, with what must not slip through unseen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evalkit.comparison.matching import level_text
from evalkit.comparison.settings import Difference, differing, refuse_unless_allowed
from evalkit.errors import NotComparable
from evalkit.gate.alarms import alarms
from evalkit.gate.baseline import Baseline, Counts
from evalkit.gate.decision import Decision, Outcome, Rule, Settling, decide, settling
from evalkit.gate.metrics import Metric, metric_of
from evalkit.gate.pairing import Pair, Pairing, pair_up
from evalkit.gate.values import paired_values
from evalkit.statistics import Strata, drop_p, sign_flip

__all__ = ["Check", "Gate", "Outcome", "Rule", "check"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Check:
    """One metric in one group of cells ("" for all): values are means over the tasks both have."""

    metric: str
    group: str
    tasks: int
    samples: float  # of the run, per task and cell
    before: float
    after: float
    decision: Decision
    settling: Settling | None  # of inconclusive checks


@dataclass(frozen=True, slots=True)
class Gate:
    """What a gate says. `alarms`: one line each for what makes it fail whatever the numbers are."""

    rule: Rule
    checks: tuple[Check, ...]
    alarms: tuple[str, ...]
    changed: tuple[str, ...]
    allowed: tuple[Difference, ...]
    tasks: dict[str, tuple[Counts, Counts]] = field(repr=False)  # task id -> baseline and run, over their cells
    suite: str
    left_out: int  # tasks of the baseline that are not in the run's suite, or not the same there
    extra: int  # cells of the run that the baseline does not have

    @property
    def outcome(self) -> Outcome:
        """The gravest outcome of its checks; an alarm counts as a regression."""
        found = {each.decision.outcome for each in self.checks}
        if self.alarms or Outcome.REGRESSION in found:
            return Outcome.REGRESSION
        return Outcome.INCONCLUSIVE if Outcome.INCONCLUSIVE in found or not found else Outcome.FINE


def check(
    baseline: Baseline,
    run: Baseline,
    rule: Rule = Rule(),  # noqa: B008 - frozen
    metrics: Sequence[str] = ("pass@1",),
    by: str | None = None,
    allowed: Sequence[str] = (),
    planned: int | None = None,
) -> Gate:
    """Hold `run` (counted as a baseline is) to `baseline`; `planned` is how many samples the run is to have.

    Raises NotComparable when settings differ that should be equal and are not allowed, or when no task and cell is in
    both; ConfigError for an unknown metric.
    """
    wanted = [metric_of(name) for name in dict.fromkeys(metrics)]
    found = differing(baseline.comparable, run.comparable)
    refuse_unless_allowed(found, allowed, "The baseline", "the run")
    pairing = pair_up(baseline, run)
    groups = list(_groups(pairing, by))
    number = len(groups) * len(wanted)
    checks = [_check(metric, name, pairs, rule, number) for name, pairs in groups for metric in wanted]
    return Gate(
        rule,
        tuple(checks),
        tuple(alarms(pairing, baseline, run, planned)),
        pairing.changed,
        tuple(found),
        pairing.by_task(),
        run.suite.name,
        pairing.left_out,
        pairing.extra,
    )


def _groups(pairing: Pairing, by: str | None) -> Iterator[tuple[str, list[Pair]]]:
    if by is None:
        yield "", list(pairing.pairs)
        return
    groups: dict[Any, list[Pair]] = {}
    for pair in pairing.pairs:
        groups.setdefault(pair.level(by), []).append(pair)
    yield from ((f"{by} {level_text(level)}", pairs) for level, pairs in groups.items())


def _check(metric: Metric, group: str, pairs: Sequence[Pair], rule: Rule, number: int) -> Check:
    found = paired_values(metric, pairs)
    if found is None:
        return _without_numbers(metric, group, pairs)
    differences = found.after - found.before
    decision = decide(differences, lambda: _p(metric, found.pairs, found.weights, differences), rule, number)
    samples = float(np.mean([pair.after.scored for pair in found.pairs]))
    settle = None
    if decision.outcome is Outcome.INCONCLUSIVE:
        settle = settling(differences, _drawn(metric, found.pairs, found.weights), samples, rule, number)
    means = float(found.before.mean()), float(found.after.mean())
    return Check(metric.name, group, len(differences), samples, *means, decision, settle)


def _without_numbers(metric: Metric, group: str, pairs: Sequence[Pair]) -> Check:
    """A run without scored samples is inconclusive; a metric that the baseline cannot have is a mistake."""
    if np.isnan(metric.of([pair.before for pair in pairs])).all():
        where = f" with {group}" if group else ""
        raise NotComparable(f"No task of the baseline{where} has enough scored samples for {metric.name}.")
    nothing = Decision(Outcome.INCONCLUSIVE, np.nan, np.nan, np.nan)
    return Check(metric.name, group, 0, 0.0, np.nan, np.nan, nothing, None)


def _p(metric: Metric, pairs: Sequence[Pair], weights: Floats, differences: Floats) -> float:
    """One-sided: how likely so low a difference is where nothing has changed."""
    if not metric.k:  # which samples met which requirements together is not known: tasks are all there is
        return sign_flip(differences) / 2 if differences.mean() < 0 else 1.0
    (n_before, c_before), (n_after, c_after) = (_draws(metric, pairs, at) for at in (0, 1))
    single = np.array([pair.single for pair in pairs])
    strata = Strata(n_before, c_before, n_after, c_after, single, weights.mean(axis=0))
    return drop_p(strata, metric.passing)


def _draws(metric: Metric, pairs: Sequence[Pair], at: int) -> tuple[Integers, Integers]:
    """Samples and passing ones; what is one draw becomes samples that all pass or all fail."""
    sides = [(pair.before, pair.after)[at] for pair in pairs]
    samples = np.array([metric.k if pair.single else side.scored for pair, side in zip(pairs, sides, strict=True)])
    passed = [
        metric.k * round(side.passed / side.scored) if pair.single else side.passed
        for pair, side in zip(pairs, sides, strict=True)
    ]
    return samples, np.array(passed)


def _drawn(metric: Metric, pairs: Sequence[Pair], weights: Floats) -> tuple[float, float]:
    """The part of the differences' variance that comes from drawing the samples of each side."""
    # At temperature 0 there is one draw, whatever the number of samples.
    drawn = np.array([pair.cell.temperature > 0 for pair in pairs])
    sides = ([pair.before for pair in pairs], [pair.after for pair in pairs])
    variances = [np.where(drawn, metric.variance(side), 0.0) for side in sides]
    before, after = (float((weights**2 @ each).mean()) for each in variances)
    return before, after
