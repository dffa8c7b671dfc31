"""Visible tests against hidden ones, and all requirements against some."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import evalkit
from evalkit.results import RunDirectory
from evalkit.statistics import clustered_ratio, requirement_gap, sample_outcomes, strict_against_partial
from evalkit.types import (
    Cell,
    Completion,
    Extraction,
    Sample,
    SampleKey,
    Status,
    StopReason,
    TokenTrace,
    Verdict,
)

MakeRun = Callable[..., Path]
CELL = Cell("tiny", 0.8, "snake_case", "plain")


def run_of(path: Path, passed: np.ndarray, names: list[str]) -> Path:
    """A run of one task whose sample i passes the one test of requirement j where passed[i, j]."""
    requirements = [{"id": name, "kind": "implied", "text": name} for name in names]
    with RunDirectory.create(path, {"unit_size": len(passed), "tasks": {"t": {"requirements": requirements}}}) as run:
        keys = [SampleKey("t", CELL, index) for index in range(len(passed))]
        completion = Completion("", StopReason.EOS, 1, TokenTrace())
        run.write_samples(0, [Sample(key, "", completion, Extraction("x")) for key in keys])
        status = {True: Status.PASSED, False: Status.FAILED}
        pairs = [(key, row) for key, row in zip(keys, passed.tolist(), strict=True)]
        cells = [(key, name, met) for key, row in pairs for name, met in zip(names, row, strict=True)]
        run.write_verdicts(0, [Verdict(key, f"test_{name}", name, False, status[met]) for key, name, met in cells])
    return path


def test_seven_requirements_at_95_percent_would_be_met_together_by_70_percent(tmp_path: Path) -> None:
    passed = ~np.eye(20, 7, dtype=bool)  # each requirement is missed by one sample of 20, each time by another one
    row = strict_against_partial(evalkit.load(run_of(tmp_path / "r", passed, [f"r{j}" for j in range(7)]))).iloc[0]
    assert row["product"] == pytest.approx(0.698, abs=5e-4)
    assert row[["strict", "partial"]].tolist() == pytest.approx([13 / 20, 0.95])


def test_the_product_is_what_independent_requirements_come_to(tmp_path: Path) -> None:
    passed = np.random.default_rng(3).random((1500, 4)) < 0.9
    row = strict_against_partial(evalkit.load(run_of(tmp_path / "r", passed, list("abcd")))).iloc[0]
    assert row["strict"] == pytest.approx(row["product"], abs=0.03)


def test_failures_that_come_together_leave_strict_above_the_product(tmp_path: Path) -> None:
    passed = np.repeat(np.arange(20) > 0, 7).reshape(20, 7)
    row = strict_against_partial(evalkit.load(run_of(tmp_path / "r", passed, [f"r{j}" for j in range(7)]))).iloc[0]
    assert row["strict"] == pytest.approx(0.95)
    assert row["product"] == pytest.approx(0.95**7)
    assert row[["tasks", "samples"]].tolist() == [1, 20]


def test_the_gap_is_what_passes_the_examples_and_breaks_something(make_run: MakeRun) -> None:
    attempts = [
        {"task": "a", "tests": "PPP"},
        {"task": "a", "tests": "PPF"},
        {"task": "a", "tests": "FPP"},
        {"task": "a", "tests": "PUF"},
        {"task": "b", "tests": "PFP"},
    ]
    results = evalkit.load(make_run(attempts))
    row = requirement_gap(results, sample_outcomes(results)).iloc[0]
    assert row[["samples", "tasks", "base", "strict"]].tolist() == [4, 2, 3 / 4, 1 / 4]
    assert row[["gap", "low", "high"]].tolist() == pytest.approx(clustered_ratio([1, 1], [3, 1]))


def test_the_requirement_base_is_a_visible_test(tmp_path: Path) -> None:
    passed = np.array([[True, True], [True, False], [False, False], [False, True]])
    results = evalkit.load(run_of(tmp_path / "r", passed, ["base", "plus"]))
    row = requirement_gap(results, sample_outcomes(results)).iloc[0]
    assert row[["base", "strict", "gap"]].tolist() == [0.5, 0.25, 0.25]


def test_tasks_without_visible_tests_have_no_gap(make_run: MakeRun) -> None:
    results = evalkit.load(make_run([{"task": "a", "tests": "PPF", "examples": False}]))
    assert len(requirement_gap(results, sample_outcomes(results))) == 0
    assert requirement_gap(results, sample_outcomes(results), by=[])["gap"].isna().all()
