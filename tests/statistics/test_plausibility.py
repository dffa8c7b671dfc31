"""Plausible but wrong, from hand-made verdicts."""

from collections.abc import Callable
from pathlib import Path

import pytest

import evalkit
from evalkit.statistics import clustered_ratio, plausible_but_wrong, sample_outcomes

MakeRun = Callable[..., Path]


ATTEMPTS = [
    {"task": "a", "tests": "PPP", "logprob": -0.1},
    {"task": "a", "tests": "PPF", "logprob": -0.2},
    {"task": "a", "tests": "PUF", "logprob": -0.01},
    {"task": "b", "tests": "FPP", "logprob": -0.3},
    {"task": "b", "tests": "PFF", "logprob": -0.4},
    {"task": "b", "tests": "NNN", "logprob": -0.5},
]


def test_outcomes_of_samples(make_run: MakeRun) -> None:
    outcomes = sample_outcomes(evalkit.load(make_run([*ATTEMPTS, {"task": "b", "tests": "", "code": None}])))
    assert outcomes["judged"].tolist() == [True] * 6 + [False]
    assert outcomes["scored"].tolist() == [True, True, False, True, True, True, False]
    assert outcomes["passed"].tolist() == [True] + [False] * 6
    assert outcomes["broke"].tolist() == [False, True, False, True, True, True, False]
    assert outcomes["passed_examples"].tolist() == [True, True, False, False, True, False, False]
    assert outcomes["has_solution"].tolist() == [True] * 6 + [False]


def test_the_upper_half_is_taken_among_the_scored_samples_of_the_same_cell(make_run: MakeRun) -> None:
    cold = [{**attempt, "temperature": 0.0, "logprob": attempt["logprob"] / 100} for attempt in ATTEMPTS]
    outcomes = sample_outcomes(evalkit.load(make_run([*ATTEMPTS, *cold])))
    # Scored: -.1 -.2 -.3 -.4 -.5, median -.3 (at the median is in); the unscored -.01 does not count.
    assert outcomes["confident"].tolist() == [True, True, False, True, False, False] * 2


def test_a_sample_without_tokens_is_never_confident(make_run: MakeRun) -> None:
    outcomes = sample_outcomes(
        evalkit.load(make_run([{"task": "a", "tests": "PPP", "logprob": None}, {"task": "a", "tests": "PPF"}]))
    )
    assert outcomes["confident"].tolist() == [False, True]


def test_plausible_but_wrong_overall(make_run: MakeRun) -> None:
    table = plausible_but_wrong(sample_outcomes(evalkit.load(make_run(ATTEMPTS)))).set_index("looks")
    assert table.loc["examples", ["broken", "samples", "tasks"]].tolist() == [2, 3, 2]
    assert table.loc["confident", ["broken", "samples", "tasks"]].tolist() == [2, 3, 2]
    expected = clustered_ratio([1, 1], [2, 1])
    assert table.loc["examples", ["estimate", "low", "high"]].tolist() == pytest.approx(expected)
    assert expected.estimate == pytest.approx(2 / 3)


def test_plausible_but_wrong_by_group(make_run: MakeRun) -> None:
    right = [{"task": "a", "tests": "PPP", "identifiers": "camelCase"}]
    outcomes = sample_outcomes(evalkit.load(make_run([*ATTEMPTS, *right])))
    table = plausible_but_wrong(outcomes, by=["identifiers"])
    assert table["identifiers"].tolist() == ["snake_case"] * 2 + ["camelCase"] * 2
    assert table["estimate"].tolist() == pytest.approx([2 / 3, 2 / 3, 0, 0])


def test_nothing_that_looks_right_is_no_number(make_run: MakeRun) -> None:
    table = plausible_but_wrong(sample_outcomes(evalkit.load(make_run([{"task": "a", "tests": "FPP"}]))))
    assert table["samples"].tolist() == [0, 1]
    assert table["estimate"].isna().tolist() == [True, False]
