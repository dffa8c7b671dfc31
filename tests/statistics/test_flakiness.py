"""Variance of execution and of sampling, told apart again from what was made of both."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import evalkit
from evalkit.results import RunDirectory
from evalkit.results.repeats import write_flaky, write_repeats
from evalkit.statistics import sample_outcomes, variance_table
from evalkit.types import Cell, SampleKey, Status

MakeRun = Callable[..., Path]
CELL = Cell("tiny", 0.8, "snake_case", "plain")


def table(make_run: MakeRun, passes: dict[str, list[list[int]]]) -> pd.DataFrame:
    """passes[task][sample] lists whether each execution passed; the first one is the verdict that counts."""
    attempts = [
        {"task": task, "tests": "PPP" if each[0] else "PPF"} for task, samples in passes.items() for each in samples
    ]
    path = make_run(attempts)
    status = {1: Status.PASSED, 0: Status.FAILED}
    rows = [
        (SampleKey(task, CELL, index), repetition, test, status[passed] if test == "test_guard" else Status.PASSED)
        for task, samples in passes.items()
        for index, each in enumerate(samples)
        for repetition, passed in enumerate(each[1:], 1)
        for test in ("test_shown", "test_guard")
    ]
    with RunDirectory.open(path) as run:
        write_repeats(run, 0, rows)
    results = evalkit.load(path)
    return variance_table(results, sample_outcomes(results))


def test_by_hand(make_run: MakeRun) -> None:
    row = table(make_run, {"a": [[1, 0, 1], [1, 1, 1]], "b": [[0, 0, 0], [0, 0, 0]]}).iloc[0]
    execution = 1.5 * (2 / 3) * (1 / 3) / 2
    assert row[["tasks", "samples", "executions", "flipped"]].tolist() == [2, 4, 3, 0.25]
    assert row["execution"] == pytest.approx(execution / 2)
    assert row["sampling"] == pytest.approx((np.var([2 / 3, 1], ddof=1) - execution / 3) / 2)


def test_both_variances_are_found_on_average(make_run: MakeRun) -> None:
    random = np.random.default_rng(3)
    rates = random.choice([0.2, 0.9], (60, 4))  # of the samples of each task
    passes = {f"t{task}": (random.random((4, 5)) < of[:, None]).astype(int).tolist() for task, of in enumerate(rates)}
    row = table(make_run, passes).iloc[0]
    assert row["execution"] == pytest.approx((0.2 * 0.8 + 0.9 * 0.1) / 2, abs=0.03)
    assert row["sampling"] == pytest.approx(0.35**2, abs=0.03)


def test_runs_without_repetitions_have_no_such_table(make_run: MakeRun) -> None:
    results = evalkit.load(make_run([{"task": "a", "tests": "PPP"}]))
    assert len(variance_table(results, sample_outcomes(results))) == 0


def test_quarantined_tests_decide_nothing(make_run: MakeRun) -> None:
    path = make_run([{"task": "a", "tests": "PPF"}, {"task": "b", "tests": "PPF"}])
    with RunDirectory.open(path) as run:
        write_flaky(run, 9, {("a", "test_guard"): 2})
    results = evalkit.load(path)
    assert sample_outcomes(results)["passed"].tolist() == [True, False]
    assert results.quarantined.to_dict("records") == [
        {"task_id": "a", "test": "test_guard", "failed": 2, "executions": 9}
    ]
