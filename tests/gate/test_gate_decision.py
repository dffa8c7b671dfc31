"""When a drop is a regression: known answers, and how often the gate cries wolf."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from evalkit.gate.baseline import Baseline, CellCounts, Counts, SuiteName
from evalkit.gate.check import check
from evalkit.gate.decision import Outcome, Rule, decide, settling
from evalkit.statistics import Strata, drop_p, pass_at_k

ALWAYS: Callable[[], float] = lambda: 0.0  # noqa: E731 - a stand-in for a test that always agrees


def baseline(passed: list[int], samples: int = 5, temperature: float = 0.8) -> Baseline:
    """One cell with a task for each number of passing samples, each with a requirement of its own."""
    tasks = {f"t{at}": Counts(samples=samples, passed=n, met={f"r{at}": n}) for at, n in enumerate(passed)}
    cell = CellCounts(model="m", temperature=temperature, identifiers="s", prompt="p", tasks=tasks)
    return Baseline(
        format=1,
        suite=SuiteName(name="s", hash="0"),
        settings={},
        tasks=dict.fromkeys(tasks, "0"),
        cells=(cell,),
    )


def outcome(before: list[int], after: list[int], rule: Rule = Rule(), **options: object) -> Outcome:  # noqa: B008 - frozen
    return check(baseline(before, **options), baseline(after, **options), rule).outcome


@pytest.mark.parametrize(
    ("before", "after", "max_drop", "expected"),
    [
        ([5, 4, 3, 0], [5, 4, 3, 0], None, "fine"),
        ([5] * 8, [0] * 8, None, "regression"),
        ([5] * 8, [0] * 8, 0.02, "regression"),
        ([5], [0], None, "regression"),  # 1 of 252 ways to deal ten samples out
        ([5], [5], None, "fine"),  # no task moved: there is no spread, and no drop
        ([5], [4], None, "inconclusive"),
        ([5, 5], [4, 5], None, "inconclusive"),
        ([0] * 8, [5] * 8, None, "fine"),
        ([5] * 40, [4] * 40, None, "regression"),
        ([5] * 40, [4] * 40, 0.3, "fine"),  # proven, and proven to be less than is allowed
        ([5, 0] * 20, [4, 1] * 20, 0.1, "fine"),
        ([5, 0] * 20, [4, 1] * 20, 0.01, "inconclusive"),
    ],
)
def test_the_three_outcomes(before: list[int], after: list[int], max_drop: float | None, expected: str) -> None:
    assert outcome(before, after, Rule(max_drop)) == expected


@pytest.mark.parametrize(("tasks", "expected"), [(1, "inconclusive"), (3, "inconclusive"), (4, "regression")])
def test_single_samples_need_four_tasks(tasks: int, expected: str) -> None:
    """All of n single samples fall by chance in 1 of 2^n cases, of which the observed one counts half."""
    assert outcome([1] * tasks, [0] * tasks, samples=1) == expected


def test_greedy_samples_are_one_draw_however_many_there_are() -> None:
    assert outcome([5, 5], [0, 0], temperature=0.0) is Outcome.INCONCLUSIVE
    assert outcome([5, 5], [0, 0], temperature=0.8) is Outcome.REGRESSION


def test_a_drop_that_chance_gives_is_no_regression_however_large() -> None:
    assert decide(np.array([-0.6, 0.4, -0.5, 0.1]), ALWAYS, Rule(0.02)).outcome is Outcome.INCONCLUSIVE
    assert decide(np.full(9, -0.5), lambda: 0.06, Rule()).outcome is Outcome.INCONCLUSIVE
    assert decide(np.full(9, -0.5), lambda: 0.04, Rule()).outcome is Outcome.REGRESSION
    assert decide(np.full(9, -0.5), lambda: 0.04, Rule(), checks=2).outcome is Outcome.INCONCLUSIVE


def test_the_interval_is_students_with_the_rate_on_each_side() -> None:
    values = np.array([0.1, 0.2, 0.0, 0.3, -0.1])
    found = decide(values, ALWAYS, Rule())
    half = 2.13185 * values.std(ddof=1) / 5**0.5  # t(.95) with 4 degrees of freedom
    assert (found.low, found.high) == (pytest.approx(0.1 - half, abs=1e-5), pytest.approx(0.1 + half, abs=1e-5))


def test_the_exchange_of_samples_has_a_known_answer() -> None:
    """3 of 4 against 0 of 4 passing: of C(8, 4) = 70 ways C(5, 4) = 5 put all three on the first side."""
    one = [np.array([number]) for number in (4, 3, 4, 0)]
    strata = Strata(*one, single=np.array([False]), weights=np.array([1.0]))
    assert drop_p(strata, lambda n, c: pass_at_k(n, c, 1), 40_000) == pytest.approx(5 / 70 / 2, abs=0.002)


def test_what_would_settle_it_does() -> None:
    """As many samples as it says, with the same rates, are conclusive; three quarters as many are not."""
    before, after = [10, 9, 1, 10, 6, 9] * 2, [9, 10, 2, 9, 6, 8] * 2
    [found] = check(baseline(before, 10), baseline(after, 10)).checks
    assert found.decision.outcome is Outcome.INCONCLUSIVE and found.settling is not None
    assert found.settling.tasks is not None
    differences = (np.array(after) - np.array(before)) / 10
    repeated = np.resize(differences, found.settling.tasks + 12)
    assert decide(repeated, ALWAYS, Rule()).outcome is Outcome.FINE
    fewer = np.resize(differences, found.settling.tasks * 3 // 4)
    assert decide(fewer, ALWAYS, Rule()).outcome is Outcome.INCONCLUSIVE


def test_samples_settle_only_what_comes_from_drawing() -> None:
    differences = np.array([0.1, -0.1, 0.05, -0.05] * 5)
    variance = float(differences.var(ddof=1))
    target = (0.05 / 1.729133) ** 2 * 20  # the variance at which t(.95, 19) standard errors are 5 points
    assert variance < target  # so that a narrower rule is needed to leave it open
    rule = Rule(0.01)
    target = (0.01 / 1.729133) ** 2 * 20
    drawn = (variance / 4, variance * 3 / 4)
    found = settling(differences, drawn, now=5, rule=rule)
    assert found.samples is None  # the baseline's part alone is too much
    assert found.both == int(np.ceil(5 * variance / target))
    greedy = settling(differences, (0.0, 0.0), now=5, rule=rule)
    assert (greedy.samples, greedy.both) == (None, None)
    assert greedy.tasks == int(np.ceil(variance / (0.01 / 1.729133) ** 2))


def false_alarms(tasks: int, samples: int, runs: int, rule: Rule) -> float:
    """How often a gate calls a regression between two runs of one model, whose rates differ from task to task.

    Only runs whose interval lies below zero can be called one, so that the others need not be looked at.
    """
    random = np.random.default_rng(tasks + samples)
    rates = random.beta(0.6, 0.9, (runs, tasks))
    before, after = random.binomial(samples, rates), random.binomial(samples, rates)
    differences = (after - before) / samples
    error = differences.std(axis=1, ddof=1) / tasks**0.5
    below = differences.mean(axis=1) + stats.t.ppf(1 - rule.false_alarms, tasks - 1) * error < 0
    pairs = zip(before[below].tolist(), after[below].tolist(), strict=True)
    return sum(outcome(*pair, rule=rule, samples=samples) is Outcome.REGRESSION for pair in pairs) / runs


def test_false_alarms_on_an_unchanged_model_stay_below_the_stated_rate() -> None:
    assert 0.02 < false_alarms(18, 5, 1000, Rule()) < 0.065


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tasks", "samples", "rate"),
    [(4, 5, 0.05), (12, 1, 0.05), (18, 5, 0.05), (42, 2, 0.05), (164, 1, 0.05), (164, 10, 0.05), (18, 5, 0.2)],
)
def test_false_alarms_come_at_the_stated_rate_at_most(tasks: int, samples: int, rate: float) -> None:
    runs = 2000 if tasks < 100 else 1000
    chance = 3 * (rate * (1 - rate) / runs) ** 0.5
    assert false_alarms(tasks, samples, runs, Rule(false_alarms=rate)) < rate + chance
