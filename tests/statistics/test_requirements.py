"""Broken requirements and counts, from hand-made verdicts."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import evalkit
from evalkit.statistics import requirement_table, sample_outcomes, sample_table, status_table, wilson
from evalkit.types import StopReason

MakeRun = Callable[..., Path]


def test_a_requirement_is_broken_when_any_of_its_tests_is_not_passed(make_run: MakeRun) -> None:
    attempts = [
        {"task": "a", "tests": "PFP"},
        {"task": "a", "tests": "FPE"},
        {"task": "a", "tests": "PPT"},
        {"task": "a", "tests": "PPF"},
        {"task": "a", "tests": "UFF"},  # counts for "guards", not for "adds": one of its tests is unscored
    ]
    table = requirement_table(evalkit.load(make_run(attempts)))
    assert table[["requirement", "kind", "text"]].values.tolist() == [
        ["guards", "implied", "It refuses garbage."],
        ["adds", "stated", "It adds."],
    ]
    assert table[["broken", "samples"]].values.tolist() == [[4, 5], [2, 4]]
    assert table["estimate"].tolist() == pytest.approx([4 / 5, 2 / 4])


def test_repeated_samples_at_temperature_0_are_one_observation(make_run: MakeRun) -> None:
    hot = {"task": "a", "tests": "PPF", "temperature": 0.8}
    cold = {"task": "a", "tests": "PPF", "temperature": 0.0}
    table = requirement_table(evalkit.load(make_run([cold] * 50)))
    assert table.iloc[0][["estimate", "low", "high"]].tolist() == pytest.approx(wilson(1, 1))
    table = requirement_table(evalkit.load(make_run([hot] * 50)))
    assert table.iloc[0][["estimate", "low", "high"]].tolist() == pytest.approx(wilson(1, 50))


def test_a_requirement_nobody_was_scored_for_has_no_rate(make_run: MakeRun) -> None:
    table = requirement_table(evalkit.load(make_run([{"task": "a", "tests": "PPU"}])))
    assert table["requirement"].tolist() == ["adds", "guards"]
    assert table["samples"].tolist() == [1, 0]
    assert table["estimate"].isna().tolist() == [False, True]


def test_counts_per_cell(make_run: MakeRun) -> None:
    attempts = [
        {"task": "a", "tests": "PPP"},
        {"task": "a", "tests": "PPF", "stop": StopReason.MAX_NEW_TOKENS},
        {"task": "a", "tests": "UUU"},
        {"task": "a", "tests": ""},
        {"task": "a", "tests": "NNN", "code": None, "temperature": 0.0},
    ]
    results = evalkit.load(make_run(attempts))
    counts = sample_table(sample_outcomes(results)).set_index("temperature")
    names = ["samples", "scored", "passed", "passed_examples", "unscored", "unjudged", "truncated", "no_solution"]
    assert counts.loc[0.8, names].tolist() == [4, 2, 1, 2, 1, 1, 1, 0]
    assert counts.loc[0.0, names].tolist() == [1, 1, 0, 0, 0, 0, 0, 1]
    statuses = status_table(results.verdicts).set_index("temperature")
    assert statuses.loc[0.8, ["passed", "failed", "unscored", "no_solution"]].tolist() == [5, 1, 3, 0]
    assert statuses.loc[0.0, "no_solution"] == 3


def test_an_empty_run_gives_empty_tables(make_run: MakeRun) -> None:
    results = evalkit.load(make_run([]))
    outcomes = sample_outcomes(results)
    assert len(outcomes) == len(sample_table(outcomes)) == len(status_table(results.verdicts)) == 0
    assert len(requirement_table(results)) == 0


def test_the_tables_are_those_of_a_plain_computation(make_run: MakeRun) -> None:
    random = np.random.default_rng(5)
    attempts = [
        {"task": f"t{at % 7}", "tests": "".join(random.choice(list("PPPFETU"), 3)), "temperature": float(at % 3) / 2}
        for at in range(200)
    ]
    attempts[3]["tests"] = ""
    results = evalkit.load(make_run(attempts))
    verdicts = results.verdicts.astype(dict.fromkeys(("task_id", "requirement", "status"), object))
    key = ["temperature", "task_id", "index"]
    verdicts["missed"], verdicts["unscored"] = verdicts["status"].ne("passed"), verdicts["status"].eq("unscored")
    met = verdicts.groupby([*key, "requirement"])[["missed", "unscored"]].any().reset_index()
    met = met[~met["unscored"]]
    counted = met.groupby(["task_id", "requirement"])["missed"].agg(["size", "sum"])
    table = requirement_table(results).set_index(["task_id", "requirement"])[["samples", "broken"]]
    assert table.sort_index().to_numpy().tolist() == counted.sort_index().to_numpy().tolist()

    hot = results.samples["temperature"].eq(1.0).to_numpy(dtype=bool)
    counted = met[met["temperature"].eq(1.0)].groupby(["task_id", "requirement"])["missed"].agg(["size", "sum"])
    among = requirement_table(results, hot).set_index(["task_id", "requirement"])[["samples", "broken"]]
    assert among.loc[counted.index].to_numpy().tolist() == counted.to_numpy().tolist()

    outcomes = sample_outcomes(results).set_index(key)
    each = verdicts.groupby(key)[["missed", "unscored"]].any()
    assert outcomes.loc[each.index, "scored"].tolist() == (~each["unscored"]).tolist()
    assert outcomes.loc[each.index, "passed"].tolist() == (~each["missed"]).tolist()
    assert outcomes["judged"].sum() == len(each) == 199

    statuses = status_table(results.verdicts).set_index("temperature")
    plain = verdicts.groupby(["temperature", "status"]).size().unstack(fill_value=0)
    assert statuses[plain.columns].sort_index().to_numpy().tolist() == plain.to_numpy().tolist()
    assert status_table(results.verdict_table).equals(status_table(results.verdicts))
