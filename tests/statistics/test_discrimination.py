"""Plausibility against correctness, on scores whose answer is known."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from evalkit.statistics import auroc, clustered_ratio, overconfident, wilson


def binormal(shift: float, tasks: int = 200, per_task: int = 100) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Normal scores; passing samples score `shift` standard deviations more."""
    random = np.random.default_rng(11)
    task = np.repeat(np.arange(tasks), per_task)
    passed = random.random(len(task)) < 0.5
    return random.normal(size=len(task)) + shift * passed, passed, task


@pytest.mark.parametrize(("shift", "area"), [(0, 0.500), (1, 0.760), (2, 0.921)])
def test_the_area_under_binormal_scores(shift: float, area: float) -> None:
    found = auroc(*binormal(shift))
    assert found.within.estimate == pytest.approx(area, abs=0.01)
    assert found.pooled.estimate == pytest.approx(area, abs=0.01)
    assert found.within.low < area < found.within.high
    assert found.gap.estimate == pytest.approx(0, abs=0.005)


def test_tasks_of_unequal_difficulty_look_like_knowledge_when_pooled() -> None:
    scores, _, task = binormal(0)
    easy = task % 2 == 0
    passed = np.random.default_rng(12).random(len(task)) < np.where(easy, 0.95, 0.05)
    within, pooled, gap = auroc(scores + 4 * easy, passed, task)
    assert within.estimate == pytest.approx(0.5, abs=0.03)
    assert pooled.estimate == pytest.approx(0.9, abs=0.06)
    assert gap.low > 0.3
    assert gap.estimate == pytest.approx(pooled.estimate - within.estimate)


def test_the_pooled_area_is_that_of_scikit_learn_ties_included() -> None:
    scores, passed, task = binormal(0.5, tasks=10, per_task=20)
    rounded = scores.round(1)
    assert auroc(rounded, passed, task).pooled.estimate == pytest.approx(roc_auc_score(passed, rounded))


def test_the_area_within_is_pairs_over_pairs() -> None:
    # Task 0: 3 > 1, 3 > 2 right, of 2. Task 1: 1 > 2 wrong, tie with 1, of 2. Task 2 has no pair.
    found = auroc([3, 1, 2, 1, 2, 1, 9], [1, 0, 0, 1, 0, 0, 1], list("aaabbbc")).within
    assert found == pytest.approx(clustered_ratio([2, 0.5], [2, 2], count=1e9))


def test_areas_without_pairs_are_undefined() -> None:
    found = auroc([1, 2, 3], [True, True, False], ["a", "a", "b"])
    assert np.isnan(found.within.estimate)
    assert found.pooled.estimate == 0
    assert np.isnan(auroc([], [], []).pooled).all()
    assert np.isnan(auroc([1.0], [True], ["a"]).gap).all()


def test_an_area_of_1_rests_on_its_tasks_and_one_task_shows_no_gap() -> None:
    perfect = auroc([2, 1, 4, 3, 6, 5], [1, 0, 1, 0, 1, 0], list("aabbcc"))
    assert perfect.within == wilson(1, 3)
    single = auroc([2, 1, 4, 4], [1, 0, 1, 1], list("aabb"))
    assert single.within == wilson(1, 1)
    assert np.isnan([single.gap.low, single.gap.high]).all()


def test_samples_without_a_score_are_left_out() -> None:
    assert auroc([1, 2, np.nan], [0, 1, 0], list("aaa")).within.estimate == 1


@pytest.mark.parametrize(("shift", "share"), [(0, 0.5), (1, 0.159)])
def test_overconfident_failures(shift: float, share: float) -> None:
    within, pooled = overconfident(*binormal(shift, per_task=400))
    assert within.estimate == pytest.approx(share, abs=0.01)
    assert pooled.estimate == pytest.approx(share, abs=0.01)


def test_overconfident_failures_are_unbiased_in_small_tasks() -> None:
    within, _ = overconfident(*binormal(0, tasks=4000, per_task=5))
    assert within.low < 0.5 < within.high
    assert within.high - within.low < 0.06


def test_overconfident_failures_by_hand() -> None:
    # a: median of 2, 4 is 3; failing 5 above, 3 at it. b: no passing sample. c: failing 0 below 1.
    within, pooled = overconfident([2, 4, 5, 3, 9, 1, 0], [1, 1, 0, 0, 0, 1, 0], list("aaaabcc"))
    assert within == pytest.approx(clustered_ratio([1.5, 0], [2, 1]))
    assert pooled == pytest.approx(clustered_ratio([2, 1, 0], [2, 1, 1]))  # the median of 2, 4, 1 is 2


@pytest.mark.slow
@pytest.mark.parametrize(("tasks", "spread"), [(12, 0.5), (40, 1.0), (164, 2.0)])
def test_intervals_of_areas_cover_the_truth(tasks: int, spread: float) -> None:
    """Task difficulty moves scores and passing together; the truth is that of very many tasks."""
    random = np.random.default_rng(7)

    def drawn(number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        task = np.repeat(np.arange(number), 10)
        ease = random.normal(size=number)[task]
        passed = random.random(len(task)) < 1 / (1 + np.exp(-ease))
        return random.normal(size=len(task)) + 0.8 * passed + spread * ease, passed, task

    truth = auroc(*drawn(40_000))
    hits = np.zeros(3)
    for _ in range(400):
        found = auroc(*drawn(tasks))
        hits += [one.low <= true.estimate <= one.high for one, true in zip(found, truth, strict=True)]
    assert ((hits / 400 > 0.91) & (hits / 400 < 0.985)).all(), hits / 400
