"""Paired comparisons: known p values, and how often they are wrong."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest, permutation_test, ttest_rel

import evalkit
from evalkit.config import load_experiment
from evalkit.errors import ConfigError
from evalkit.statistics import (
    compare,
    contrasts,
    declared_contrasts,
    grid,
    mcnemar,
    minimum_detectable,
    sample_outcomes,
    sign_flip,
)

MakeRun = Callable[..., Path]


def test_mcnemar_is_the_sign_test_on_tasks_that_changed() -> None:
    before = [1] * 20 + [1] * 3 + [0] * 11 + [0] * 5
    after = [1] * 20 + [0] * 3 + [1] * 11 + [0] * 5
    assert mcnemar(before, after) == pytest.approx(binomtest(3, 14).pvalue)
    assert mcnemar([1, 1], [1, 1]) == 1


@pytest.mark.parametrize("tasks", [6, 16])
def test_sign_flips_of_few_tasks_are_exact(tasks: int) -> None:
    values = np.random.default_rng(tasks).normal(0.4, 1, tasks)
    expected = permutation_test((values,), np.mean, permutation_type="samples", n_resamples=np.inf).pvalue
    assert sign_flip(values) == pytest.approx(expected - 1 / 2**tasks)  # the observed pattern and its mirror count half


def test_sign_flips_of_many_tasks_are_close_to_the_t_test_and_repeatable() -> None:
    values = np.random.default_rng(1).normal(0.1, 1, 300)
    assert sign_flip(values) == pytest.approx(ttest_rel(values, np.zeros(300)).pvalue, abs=0.01)
    assert sign_flip(values) == sign_flip(values)
    assert sign_flip(values + 10) == pytest.approx(0.5 / 10_001)


def test_differences_of_0_say_nothing() -> None:
    assert sign_flip([0, 0, 0]) == 1
    assert sign_flip([0, 0, 1, 1, 1, 0]) == sign_flip([1, 1, 1]) == 0.125
    assert np.isnan(sign_flip([]))


def outcomes_of(make_run: MakeRun, counts: dict[str, list[tuple[int, int]]]) -> object:
    """counts[style] lists (passed, samples) for each task."""
    attempts = [
        {"task": f"t{task}", "identifiers": style, "tests": "PPP" if number < passed else "PPF"}
        for style, tasks in counts.items()
        for task, (passed, samples) in enumerate(tasks)
        for number in range(samples)
    ]
    return sample_outcomes(evalkit.load(make_run(attempts)))


def test_one_sample_a_task_is_compared_by_mcnemar(make_run: MakeRun) -> None:
    outcomes = outcomes_of(make_run, {"a": [(1, 1), (0, 1), (0, 1)], "b": [(1, 1), (1, 1), (1, 1)]})
    found = compare(outcomes, "identifiers", "a", "b")
    assert found.test == "McNemar, exact"
    assert found.p == pytest.approx(0.5)
    assert found.difference == pytest.approx(2 / 3)


def test_several_samples_a_task_are_compared_by_sign_flips_on_tasks_both_have(make_run: MakeRun) -> None:
    outcomes = outcomes_of(make_run, {"a": [(0, 2), (1, 2), (0, 2), (2, 2)], "b": [(2, 2), (2, 2), (1, 2)]})
    found = compare(outcomes, "identifiers", "a", "b")
    assert (found.tasks, found.test) == (3, "sign flips")
    assert found.difference == pytest.approx((1 + 0.5 + 0.5) / 3)
    assert found.p == pytest.approx(1 / 8)
    assert found.low < found.difference < found.high
    assert found.detectable == pytest.approx(minimum_detectable([1, 0.5, 0.5]))


def test_within_a_factor_each_combination_weighs_the_same(make_run: MakeRun) -> None:
    """One task that always passes at 0.2 and never at 0.8; style b has three times as many samples at 0.2."""
    attempts = [
        {"task": "t", "identifiers": style, "temperature": temperature, "tests": tests}
        for style, easy in (("a", 1), ("b", 3))
        for temperature, tests, number in ((0.2, "PPP", easy), (0.8, "PPF", 1))
        for _ in range(number)
    ]
    outcomes = sample_outcomes(evalkit.load(make_run(attempts)))
    assert compare(outcomes, "identifiers", "a", "b").difference == pytest.approx(0.75 - 0.5)
    held = compare(outcomes, "identifiers", "a", "b", within=["temperature"])
    assert (held.before, held.after, held.difference, held.tasks) == (0.5, 0.5, 0, 1)


def test_settings_without_a_task_in_common_cannot_be_compared(make_run: MakeRun) -> None:
    found = compare(outcomes_of(make_run, {"a": [(0, 2)]}), "identifiers", "a", "b")
    assert found.tasks == 0
    assert np.isnan([found.difference, found.p, found.detectable]).all()


def test_declared_contrasts_are_adjusted_by_holm_and_a_grid_by_benjamini_and_hochberg(make_run: MakeRun) -> None:
    counts = {"a": [(0, 2)] * 8, "b": [(2, 2)] * 8, "c": [(1, 2)] * 6 + [(0, 2)] * 2, "d": [(1, 2), *[(0, 2)] * 7]}
    outcomes = outcomes_of(make_run, counts)
    declared = [("identifiers", "a", style) for style in "bcd"]
    p = [1 / 2**8, 1 / 2**6, 0.5]
    holm = contrasts(outcomes, declared)
    assert holm["p"].tolist() == pytest.approx(p)
    assert holm["p_adjusted"].tolist() == pytest.approx([3 * p[0], 2 * p[1], p[2]])
    assert grid(outcomes, "identifiers", "a")["p_adjusted"].tolist() == pytest.approx([3 * p[0], 3 / 2 * p[1], p[2]])


def test_contrasts_are_declared_in_the_experiments_file(make_run: MakeRun, tmp_path: Path) -> None:
    path = tmp_path / "experiment.yaml"
    path.write_text("suite: starter\ncontrasts:\n  - [temperature, 0, 0.8]\n  - [prompt, plain, chat]\n")
    config = load_experiment(str(path), {}).model_dump(mode="json")
    attempts = [
        {"task": task, "temperature": temperature, "tests": "PPP" if temperature else "PPF"}
        for task in "abcdef"
        for temperature in (0.0, 0.8)
    ]
    results = evalkit.load(make_run(attempts, config=config))
    table = declared_contrasts(results, sample_outcomes(results))
    assert table[["factor", "tasks", "difference"]].values.tolist()[0] == ["temperature", 6, 1.0]
    assert table["factor"].tolist() == ["temperature", "prompt_style"]
    assert table["p_adjusted"].isna().tolist() == [False, True]
    path.write_text("suite: starter\ncontrasts: [[warmth, 0, 1]]\n")
    with pytest.raises(ConfigError, match="contrasts"):
        load_experiment(str(path), {})


def test_what_is_called_detectable_is_found_four_times_of_five() -> None:
    random = np.random.default_rng(5)
    effect = 0.4547  # (t(.975, 39) + t(.8, 39)) / sqrt(40) with a standard deviation of 1
    assert minimum_detectable(np.repeat([-1, 1], 20) / np.sqrt(40 / 39)) == pytest.approx(effect, abs=1e-3)
    found = [sign_flip(random.normal(effect, 1, 40), permutations=400) <= 0.05 for _ in range(1000)]
    assert np.mean(found) == pytest.approx(0.8, abs=0.04)


@pytest.mark.slow
@pytest.mark.parametrize(("tasks", "samples"), [(12, 50), (40, 4), (40, 10), (164, 10)])
def test_sign_flips_are_wrong_5_times_of_100(tasks: int, samples: int) -> None:
    """Both settings draw from the same rates, which differ from task to task."""
    random = np.random.default_rng(tasks)
    runs, found = 4000, 0
    for _ in range(runs):
        rates = random.beta(0.6, 0.9, tasks)
        before, after = random.binomial(samples, rates), random.binomial(samples, rates)
        found += sign_flip((after - before) / samples, permutations=500, seed=int(random.integers(2**31))) <= 0.05
    assert found / runs == pytest.approx(0.05, abs=0.01)
