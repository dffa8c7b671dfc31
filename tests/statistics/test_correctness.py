"""pass@k: the unbiased estimator, and its mean over tasks per cell."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

import evalkit
from evalkit.statistics import (
    clustered_ratio,
    pass_at_k,
    pass_hat_k,
    pass_table,
    sample_outcomes,
    within_task_variance,
)

MakeRun = Callable[..., Path]


@given(st.integers(1, 8), st.data())
def test_pass_at_k_is_the_share_of_draws_with_a_pass(n: int, data: st.DataObject) -> None:
    c, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, n))
    draws = [any(number < c for number in draw) for draw in combinations(range(n), k)]
    assert float(pass_at_k(n, c, k)) == pytest.approx(np.mean(draws))


def test_pass_at_k_of_fewer_than_k_samples_is_not_a_number() -> None:
    assert np.isnan(pass_at_k(4, 4, 5))
    assert np.isnan(pass_at_k(0, 0, 1))


def test_pass_at_k_takes_arrays_and_large_numbers() -> None:
    values = pass_at_k([5, 3, 200_000], [2, 0, 100_000], 4)
    assert values[0] == 1.0
    assert math.isnan(values[1])
    assert values[2] == pytest.approx(15 / 16, abs=1e-4)


def test_k_below_one_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        pass_at_k(5, 2, 0)


def table(make_run: MakeRun, attempts: Sequence[Mapping[str, object]], ks: Sequence[int] = (1, 2)) -> pd.DataFrame:
    return pass_table(sample_outcomes(evalkit.load(make_run(attempts))), ks)


def test_pass_table_is_the_mean_over_tasks_of_each_cell(make_run: MakeRun) -> None:
    attempts = [
        {"task": "a", "tests": "PPP"},
        {"task": "a", "tests": "PPF"},
        {"task": "a", "tests": "FFF"},
        {"task": "b", "tests": "PPP"},
        {"task": "a", "tests": "PPP", "temperature": 0.0},
    ]
    rows = table(make_run, attempts)
    assert rows["temperature"].tolist() == [0.8, 0.8, 0.0, 0.0]
    assert rows["k"].tolist() == [1, 2, 1, 2]
    # 0.8: a passes 1 of 3, b 1 of 1 -> (1/3 + 1) / 2; only a has two samples: 1 - C(2,2)/C(3,2) = 2/3.
    assert rows["estimate"].tolist()[:3] == pytest.approx([2 / 3, 2 / 3, 1.0])
    assert rows["tasks_counted"].tolist() == [2, 1, 1, 0]
    assert rows["tasks"].tolist() == [2, 2, 1, 1]
    assert rows.iloc[3][["estimate", "low", "high"]].isna().all()
    assert rows.iloc[0][["low", "high"]].tolist() == pytest.approx(clustered_ratio([1 / 3, 1], [1, 1], count=4)[1:])


def test_unscored_samples_are_left_out_and_counted(make_run: MakeRun) -> None:
    attempts = [{"task": "a", "tests": "PPP"}, {"task": "a", "tests": "FUF"}, {"task": "b", "tests": "PPU"}]
    row = table(make_run, attempts, ks=[1]).iloc[0]
    assert row[["samples", "scored", "tasks", "tasks_counted"]].tolist() == [3, 1, 2, 1]
    assert row["estimate"] == 1.0


def test_a_cell_with_nothing_scored_has_no_numbers(make_run: MakeRun) -> None:
    rows = table(make_run, [{"task": "a", "tests": "UUU"}, {"task": "a", "tests": ""}])
    assert rows[["estimate", "low", "high"]].isna().all(axis=None)
    assert rows["scored"].tolist() == [0, 0]


@given(st.integers(1, 7), st.data())
def test_pass_hat_k_is_the_share_of_draws_that_all_pass(n: int, data: st.DataObject) -> None:
    c, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, n))
    draws = [all(number < c for number in draw) for draw in combinations(range(n), k)]
    assert float(pass_hat_k(n, c, k)) == pytest.approx(np.mean(draws))
    assert np.isnan(pass_hat_k(n, c, n + 1))


@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_within_task_variance_is_right_on_average(k: int) -> None:
    n, rate = 7, 0.3
    passed = np.arange(n + 1)
    chances = binom.pmf(passed, n, rate)
    estimates = pass_at_k(np.full(n + 1, n), passed, k)
    variance = chances @ estimates**2 - (chances @ estimates) ** 2
    assert chances @ within_task_variance(np.full(n + 1, n), passed, k) == pytest.approx(variance)
    assert np.isnan(within_task_variance(2 * k - 1, 1, k))


def test_pass_table_says_how_much_more_samples_would_help(make_run: MakeRun) -> None:
    attempts = [
        {"task": task, "tests": tests} for task, tests in zip("aabb", ("PPP", "FFF", "PPP", "PPP"), strict=True)
    ]
    rows = table(make_run, attempts)
    assert rows["within_variance"].tolist()[0] == pytest.approx((1 * 1 / (4 * 1) + 0) / 4)
    assert math.isnan(rows["within_variance"].tolist()[1])
    hat = pass_table(sample_outcomes(evalkit.load(make_run(attempts))), [2], pass_hat_k)
    assert hat["estimate"].tolist() == [0.5]
