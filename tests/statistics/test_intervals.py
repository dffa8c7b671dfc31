"""Intervals against scipy, hand computation and simulation."""

import doctest
import math
from itertools import product
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, t

from evalkit.statistics import clustered_ratio, correctness, intervals, mean_interval, wilson


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_equals_scipy(counts: tuple[int, int]) -> None:
    passed, n = counts
    expected = binomtest(passed, n).proportion_ci(method="wilson")
    assert wilson(passed / n, n) == pytest.approx((passed / n, expected.low, expected.high), abs=1e-12)


def test_nothing_observed_is_undefined() -> None:
    assert all(math.isnan(value) for value in wilson(0.5, 0))
    assert all(math.isnan(value) for value in clustered_ratio([], []))
    assert all(math.isnan(value) for value in clustered_ratio([0, 0], [0, 0]))


def test_the_variance_between_clusters_sets_the_width() -> None:
    # r = 6/10; residuals 4-2.4, 2-2.4, 0-1.2 -> v = 3/2 * (2.56 + 0.16 + 1.44) / 100 = 0.0624.
    effective = 0.6 * 0.4 / 0.0624
    expected = wilson(0.6, effective, float(t.ppf(0.975, 2)))
    assert clustered_ratio([4, 2, 0], [4, 4, 2]) == pytest.approx(expected)


def test_identical_samples_of_a_task_are_no_more_evidence_than_one() -> None:
    once = clustered_ratio([1, 0, 1, 0, 0], [1, 1, 1, 1, 1])
    many = clustered_ratio([50, 0, 50, 0, 0], [50, 50, 50, 50, 50])
    assert many == pytest.approx(once)


def test_clusters_that_agree_count_their_observations_at_most() -> None:
    assert clustered_ratio([1, 1, 1], [2, 2, 2]) == pytest.approx(wilson(0.5, 6, float(t.ppf(0.975, 2))))


def test_clusters_without_observations_do_not_count() -> None:
    assert clustered_ratio([1, 0, 0, 1], [1, 1, 0, 2]) == clustered_ratio([1, 0, 1], [1, 1, 2])


@pytest.mark.parametrize(("tops", "share"), [([0, 0, 0], 0.0), ([9, 9, 9], 1.0)])
def test_without_any_spread_each_cluster_is_one_observation(tops: list[int], share: float) -> None:
    assert clustered_ratio(tops, [9, 9, 9]) == wilson(share, 3)


def test_one_cluster_is_one_observation() -> None:
    assert clustered_ratio([40], [100]) == wilson(0.4, 1)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=20))
def test_an_interval_always_holds_its_estimate(pairs: list[tuple[int, int]]) -> None:
    interval = clustered_ratio([min(pair) for pair in pairs], [max(pair) for pair in pairs])
    if any(max(pair) for pair in pairs):
        low, high = interval.low - 1e-12, interval.high + 1e-12
        assert 0 <= interval.low <= interval.high <= 1
        assert low <= interval.estimate <= high


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rate", "tasks"),
    [
        *product((0.2, 0.4, 0.5, 0.8), (12, 40, 164, 500)),
        *product((0.05, 0.1, 0.9, 0.95), (164, 500)),  # fewer tasks show too little of what is rare
    ],
)
def test_intervals_cover_the_truth_93_to_97_times_of_100(rate: float, tasks: int) -> None:
    """10 samples a task, whose rates are spread as a beta distribution that knows easy and hopeless tasks."""
    random = np.random.default_rng(tasks)
    passed = random.binomial(10, random.beta(1.5 * rate, 1.5 * (1 - rate), (4000, tasks)))
    intervals = [clustered_ratio(row, np.full(tasks, 10)) for row in passed]
    assert 0.93 <= np.mean([each.low <= rate <= each.high for each in intervals]) <= 0.97


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    random = np.random.default_rng(5)
    passed = random.binomial(5, random.beta(0.6, 0.9, (1000, 40)))
    intervals = [clustered_ratio(row, np.full(40, 5)) for row in passed]
    assert 0.93 <= np.mean([each.low <= 0.4 <= each.high for each in intervals]) <= 0.97


def test_the_interval_of_a_mean_is_students() -> None:
    values = [0.1, 0.5, -0.3, math.nan]
    expected = t.interval(0.95, 2, 0.1, np.std(values[:3], ddof=1) / math.sqrt(3))
    assert mean_interval(values) == pytest.approx((0.1, *expected))
    assert math.isnan(mean_interval([0.5]).low)
    assert math.isnan(mean_interval([]).estimate)


@pytest.mark.parametrize("module", [intervals, correctness])
def test_the_values_shown_in_docstrings(module: ModuleType) -> None:
    shown = doctest.testmod(module)
    assert shown.attempted > 0
    assert shown.failed == 0
