"""Behaviours and styles, from hand-made verdicts and simulations."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import evalkit
from evalkit.statistics import (
    behaviour_table,
    excess_disagreement,
    mean_interval,
    robust_pass,
    sample_outcomes,
    style_sensitivity,
    task_behaviours,
)
from evalkit.statistics.behaviour import entropy

MakeRun = Callable[..., Path]


def test_clusters_of_5_3_and_2_samples_have_1_030_nats() -> None:
    assert entropy([5, 3, 2]) == pytest.approx(1.030, abs=5e-4)
    assert entropy([7]) == 0
    assert entropy([4, 4, 0]) == pytest.approx(np.log(2))


def test_samples_are_clustered_by_all_their_outcomes(make_run: MakeRun) -> None:
    letters = ["PPF"] * 5 + ["PPP"] * 3 + ["PPT"] * 2 + ["PUF"]
    attempts = [{"task": "a", "tests": each} for each in letters] + [{"task": "b", "tests": "PPP"}]
    results = evalkit.load(make_run(attempts))
    tasks = task_behaviours(results, sample_outcomes(results))
    assert tasks[["task_id", "samples", "clusters", "largest", "largest_wrong"]].values.tolist() == [
        ["a", 10, 3, 0.5, 1.0],
        ["b", 1, 1, 1.0, 0.0],
    ]
    assert tasks["entropy"].tolist() == pytest.approx([entropy([5, 3, 2]), 0])
    row = behaviour_table(tasks).iloc[0]
    assert row[["tasks", "entropy", "largest_wrong"]].tolist() == pytest.approx([2, entropy([5, 3, 2]) / 2, 0.5])
    assert row[["entropy_low", "entropy_high"]].tolist() == pytest.approx(mean_interval([entropy([5, 3, 2]), 0])[1:])


def test_of_equally_large_clusters_each_may_be_the_largest(make_run: MakeRun) -> None:
    results = evalkit.load(make_run([{"task": "a", "tests": each} for each in ("PPP", "PPF", "PFF", "FFF")]))
    assert task_behaviours(results, sample_outcomes(results))["largest_wrong"].tolist() == [0.75]


@pytest.mark.parametrize("rates", [(0.3, 0.3), (0.9, 0.9, 0.9)])
def test_identical_styles_have_no_excess_on_average(rates: tuple[float, ...]) -> None:
    random = np.random.default_rng(1)
    values = [excess_disagreement([4] * len(rates), random.binomial(4, rates)) for _ in range(4000)]
    assert np.mean(values) == pytest.approx(0, abs=0.02)


def test_the_excess_is_the_squared_difference_of_the_rates() -> None:
    random = np.random.default_rng(1)
    values = [excess_disagreement([4, 6], random.binomial([4, 6], [0.2, 0.7])) for _ in range(4000)]
    assert np.mean(values) == pytest.approx(0.25, abs=0.02)


def attempts(letters: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    """letters[style][task]: P or F for each sample."""
    whole = {"P": "PPP", "F": "PPF", "U": "UPP"}
    return [
        {"task": task, "identifiers": style, "tests": whole[letter]}
        for style, tasks in letters.items()
        for task, each in tasks.items()
        for letter in each
    ]


def test_style_sensitivity_by_task(make_run: MakeRun) -> None:
    letters = {"snake": {"a": "PPPU", "b": "PF", "c": "P"}, "camel": {"a": "FFF", "b": "PF", "c": "PP"}}
    table = style_sensitivity(sample_outcomes(evalkit.load(make_run(attempts(letters)))), "identifiers")
    # a: 1 - 0; b: 1/2 - 1; c: one sample only, no pair of seeds.
    assert table[["styles", "tasks", "estimate"]].values.tolist() == [[2, 2, pytest.approx((1 - 0.5) / 2)]]
    assert table.loc[0, ["low", "high"]].tolist() == pytest.approx(mean_interval([1, -0.5])[1:])


def test_robust_pass_takes_the_worst_style_of_each_attempt(make_run: MakeRun) -> None:
    letters = {"snake": {"a": "PPFP", "b": "PP"}, "camel": {"a": "PFPP", "b": "PP"}}
    outcomes = sample_outcomes(evalkit.load(make_run(attempts(letters))))
    row = robust_pass(outcomes, "identifiers", "snake").iloc[0]
    assert row[["tasks", "pass", "robust_pass", "drop"]].tolist() == pytest.approx(
        [2, (0.75 + 1) / 2, (0.5 + 1) / 2, (0.125) / 0.875]
    )
    assert robust_pass(outcomes, "identifiers", "snake", k=3).iloc[0]["tasks"] == 1
