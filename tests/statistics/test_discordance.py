"""More confident in the wrong one: pairs counted by hand, known areas, and intervals that tasks bound."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from evalkit.statistics import auroc, clustered_ratio, discordance


def test_pairs_counted_by_hand() -> None:
    # a1: 3 > 1, 3 > 2: 0 of 2. a2: 1 < 2 and a tie with 1: 1.5 of 2. b1: 5 < 7: 1 of 1. b2 passes alone.
    scores, passed = [3, 1, 2, 1, 2, 1, 5, 7, 9], [1, 0, 0, 1, 0, 0, 1, 0, 1]
    prompts = ["a1", "a1", "a1", "a2", "a2", "a2", "b1", "b1", "b2"]
    found = discordance(scores, passed, prompts, [prompt[0] for prompt in prompts])
    assert found[1:] == (2.5, 5, 2)
    assert found.share == clustered_ratio([1.5, 1], [4, 1], count=3)


def test_samples_of_two_prompts_of_a_task_are_no_pair() -> None:
    found = discordance([1, 2], [True, False], ["a1", "a2"], ["a", "a"])
    assert found[1:] == (0, 0, 0)
    assert np.isnan(found.share).all()
    assert discordance([], [], [], []).pairs == 0


def test_samples_without_a_score_are_left_out() -> None:
    assert discordance([1, np.nan, 2], [1, 0, 0], list("xxx"), list("aaa"))[1:] == (1, 1, 1)


def test_it_is_the_complement_of_the_area_under_the_curve() -> None:
    random = np.random.default_rng(3)
    passed = random.random(4000) < 0.4
    scores = random.normal(size=4000) + passed
    tasks = np.arange(4000) // 20
    found = discordance(scores, passed, tasks, tasks)
    assert found.share.estimate == pytest.approx(1 - auroc(scores, passed, tasks).within.estimate)
    assert found.share.estimate == pytest.approx(1 - 0.760, abs=0.02)
    assert found.share.low < 1 - 0.760 < found.share.high
    one = discordance(scores, passed, np.zeros(4000), tasks)
    assert one.share.estimate == pytest.approx(1 - roc_auc_score(passed, scores))


def test_many_pairs_of_few_samples_do_not_make_an_interval_narrow() -> None:
    # In each of two tasks ten right answers and one wrong one: a hundred pairs would not be a hundred observations.
    scores = [*range(10), 4.5] * 2
    found = discordance(scores, [*[1] * 10, 0] * 2, np.repeat([0, 1], 11), np.repeat([0, 1], 11))
    assert (found.discordant, found.pairs) == (10, 20)
    assert found.share.low < 0.1
    assert found.share.high > 0.9
