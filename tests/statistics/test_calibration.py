"""Calibration and selective acceptance, on scores whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss

from evalkit.statistics import (
    bootstrap_tasks,
    brier_score,
    brier_skill,
    calibration_table,
    clustered_ratio,
    expected_calibration_error,
    predicted,
    reliability_table,
    risk_coverage,
)


def samples(tasks: int = 300, spread: float = 1.0, slope: float = 1.5) -> pd.DataFrame:
    """P(pass) = logistic(slope * (score - ease) + 0.4 + ease), ease by task."""
    random = np.random.default_rng(2)
    task = np.repeat(np.arange(tasks), 20)
    ease = random.normal(0, spread, tasks)[task]
    own = random.normal(size=len(task))
    passed = random.random(len(task)) < 1 / (1 + np.exp(-(slope * own + 0.4 + ease)))
    return pd.DataFrame({"task_id": task, "score": own + ease, "passed": passed, "scored": True})


def test_the_chance_of_a_logistic_world_is_found_from_other_tasks() -> None:
    frame = predicted(samples(spread=0.0), "score")
    truth = 1 / (1 + np.exp(-(1.5 * frame["score"] + 0.4)))
    assert np.abs(frame["chance"] - truth).max() < 0.03
    assert expected_calibration_error(frame) < 0.03
    assert brier_score(frame) == pytest.approx(brier_score_loss(frame["passed"], frame["chance"]))
    assert brier_skill(frame) == pytest.approx(1 - brier_score(frame) / frame["passed"].var(ddof=0))


def test_folds_hold_tasks_whole() -> None:
    # The score is a task's name, so to speak: it tells everything of known tasks and nothing of others.
    frame = samples(tasks=50).assign(scored=True)
    frame["score"] = frame["task_id"] * 1.0
    frame["passed"] = np.random.default_rng(4).random(50)[frame["task_id"]] < 0.5
    assert brier_skill(predicted(frame, "score")) < 0.02


def test_within_tasks_ease_is_taken_off() -> None:
    known = samples(slope=0.0, spread=3.0)  # the score knows the task's ease and nothing else
    assert brier_skill(predicted(known, "score")) > 0.2
    assert brier_skill(predicted(known, "score", within=True)) == pytest.approx(0, abs=0.01)


def test_too_few_tasks_or_one_outcome_have_no_chance() -> None:
    assert predicted(samples(tasks=4), "score")["chance"].isna().all()
    assert predicted(samples(tasks=10).assign(passed=True), "score")["chance"].isna().all()
    table = calibration_table(predicted(samples(tasks=4), "score"))
    assert table[["estimate", "low", "high"]].isna().all(axis=None)


def test_measures_by_hand() -> None:
    frame = pd.DataFrame({"chance": [0.1, 0.1, 0.9, 0.9], "passed": [False, True, True, True], "task_id": [1, 1, 2, 2]})
    assert brier_score(frame) == pytest.approx((0.01 + 0.81 + 0.01 + 0.01) / 4)
    assert expected_calibration_error(frame) == pytest.approx((0.4 * 2 + 0.1 * 2) / 4)
    assert np.isnan(brier_skill(frame.assign(passed=True)))
    table = reliability_table(frame)
    assert table[["from", "to", "samples", "chance", "estimate"]].values.tolist() == [
        pytest.approx([0.1, 0.2, 2, 0.1, 0.5]),
        pytest.approx([0.9, 1.0, 2, 0.9, 1.0]),
    ]
    assert table.loc[0, ["low", "high"]].tolist() == pytest.approx(clustered_ratio([1], [2])[1:])


def test_accepting_only_confident_samples_by_hand() -> None:
    table = risk_coverage([5, 4, 3, 3, 1], [1, 1, 1, 0, 0], list("aabbc"), [0.4, 0.6, 1.0])
    assert table["samples"].tolist() == pytest.approx([2, 3, 5])
    assert table["estimate"].tolist() == pytest.approx([1, (2 + 0.5) / 3, 3 / 5])  # of the tie at 3 half is accepted
    assert table.loc[2, ["low", "high"]].tolist() == pytest.approx(clustered_ratio([2, 1, 0], [2, 2, 1])[1:])
    assert risk_coverage([], [], [], [0.5])["estimate"].isna().all()


def test_the_bootstrap_draws_whole_tasks() -> None:
    # The spread of a mean over 40 tasks of identical samples is that of 40 values, not of 400.
    values = np.random.default_rng(6).normal(size=40)
    frame = pd.DataFrame({"task_id": np.repeat(np.arange(40), 10), "x": np.repeat(values, 10)})
    interval = bootstrap_tasks(frame, lambda rows: float(rows["x"].mean()))
    assert interval.estimate == pytest.approx(values.mean())
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * values.std() / np.sqrt(40), rel=0.1)
    assert interval == bootstrap_tasks(frame, lambda rows: float(rows["x"].mean()))
    assert np.isnan(bootstrap_tasks(frame[:10], lambda rows: 1.0).low)
