"""Preference for known-wrong code, and how near a model was to a guard."""

import pandas as pd
import pytest

from evalkit.statistics import bug_preference, clustered_ratio, omission_table

PAIRS = pd.DataFrame(
    {
        "task_id": ["a", "a", "b", "b", "c"],
        "requirement": ["x", "y", "x", "y", "x"],
        "reference_sum_logprob": [-5.0, -5.0, -3.0, -3.0, -9.0],
        "wrong_sum_logprob": [-4.0, -6.0, -2.0, -1.0, -9.0],
    }
)
SWAP = {"reference_sum_logprob": "wrong_sum_logprob", "wrong_sum_logprob": "reference_sum_logprob"}


def test_the_rate_by_hand() -> None:
    row = bug_preference(PAIRS).iloc[0]
    assert row[["pairs", "tasks"]].tolist() == [5, 3]
    assert row[["estimate", "low", "high"]].tolist() == pytest.approx(clustered_ratio([1, 2, 0.5], [2, 2, 1]))


def test_exchanged_labels_give_the_rest_of_1() -> None:
    before, after = bug_preference(PAIRS).iloc[0], bug_preference(PAIRS.rename(columns=SWAP)).iloc[0]
    names = ["estimate", "low", "high"]
    assert after[names].tolist() == pytest.approx([1 - before[name] for name in ("estimate", "high", "low")])


def test_identical_texts_give_one_half() -> None:
    assert bug_preference(PAIRS.assign(wrong_sum_logprob=PAIRS["reference_sum_logprob"]))["estimate"].tolist() == [0.5]


def test_by_requirement() -> None:
    table = bug_preference(PAIRS, ["requirement"]).set_index("requirement")
    assert table["estimate"].to_dict() == pytest.approx({"x": 2.5 / 3, "y": 0.5})


def test_guards_among_the_three_most_likely_tokens() -> None:
    guards = pd.DataFrame(
        {
            "task_id": ["a", "a", "b", "b"],
            "omitted": [True, False, True, True],
            "rank": [3, 1, 4, 1],
            "probability": [0.1, 0.9, 0.05, 0.6],
        }
    )
    table = omission_table(guards).set_index("omitted")
    assert table.loc[True, ["guards", "tasks", "median_rank"]].tolist() == [3, 2, 3]
    assert table.loc[True, "mean_probability"] == pytest.approx(0.25)
    expected = clustered_ratio([1, 1], [1, 2])
    assert table.loc[True, ["estimate", "low", "high"]].tolist() == pytest.approx(expected)
