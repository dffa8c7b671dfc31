"""Why samples fail, on messages as the sandbox writes them."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest

import evalkit
from evalkit.statistics import clustered_ratio, failure_table, sample_failures, sample_outcomes, wrong_answers
from evalkit.statistics.failures import FAILURES, failure_of
from evalkit.types import Status, StopReason

MakeRun = Callable[..., Path]


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (Status.NO_SOLUTION, "no solution: nothing defines 'f'", "no solution"),
        (Status.ERROR, "raised SyntaxError: '(' was never closed (solution.py, line 1)", "syntax"),
        (Status.ERROR, "raised IndentationError: expected an indented block", "syntax"),
        (Status.ERROR, "raised ModuleNotFoundError: No module named 'numppy'", "import"),
        (Status.ERROR, "raised ImportError: cannot import name 'nope' from 'os'", "import"),
        (Status.ERROR, "raised AttributeError: 'int' object has no attribute 'foo'", "missing attribute"),
        (Status.ERROR, "the solution does not define f", "missing attribute"),
        (Status.ERROR, "raised TypeError: f() takes 0 positional arguments but 1 was given", "wrong signature"),
        (Status.ERROR, "raised TypeError: f() missing 1 required positional argument: 'b'", "wrong signature"),
        (Status.ERROR, "raised TypeError: f() got an unexpected keyword argument 'x'", "wrong signature"),
        (Status.ERROR, "input 3 of 9: f(1) raised TypeError: f() takes no arguments", "wrong signature"),
        (Status.ERROR, 'raised TypeError: can only concatenate str (not "int") to str', "type"),
        (Status.ERROR, "raised NameError: name 'y' is not defined", "name"),
        (Status.ERROR, "raised UnboundLocalError: cannot access local variable 'y'", "name"),
        (Status.ERROR, "raised KeyError: 1", "exception"),
        (Status.ERROR, "raised KeyError: 'raised TypeError: no'", "exception"),
        (Status.ERROR, "ended its process with exit code 3 before the test was over", "exception"),
        (Status.ERROR, "gave a value that cannot be judged: a generator", "wrong answer"),
        (Status.FAILED, "raised TypeError: a test that says so", "wrong answer"),
        (Status.TIMEOUT, "not over after 4 s of processor time or 20 s", "timeout"),
        (Status.OUT_OF_MEMORY, "raised MemoryError: ", "memory"),
        (Status.OUTPUT_LIMIT, "", "output"),
        (Status.CRASHED, "killed by SIGABRT", "crash"),
    ],
)
def test_the_kind_of_a_failure(status: Status, message: str, kind: str) -> None:
    assert failure_of(status, message).value == kind


def tables(make_run: MakeRun, attempts: Sequence[Mapping[str, object]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    results = evalkit.load(make_run(attempts))
    outcomes = sample_outcomes(results)
    return failure_table(results, outcomes), wrong_answers(results, sample_failures(results, outcomes))


NAME = {"task": "a", "tests": "PEF", "message": "raised NameError: name 'y' is not defined"}
WRONG = {"task": "b", "tests": "PPF"}


def test_a_sample_counts_once_and_unscored_ones_never(make_run: MakeRun) -> None:
    attempts = [
        NAME,
        {**WRONG, "stop": StopReason.MAX_NEW_TOKENS},
        WRONG,
        {"task": "a", "tests": "PPP"},
        {"task": "a", "tests": "UFF"},
        {"task": "a", "tests": ""},
        {"task": "a", "tests": "TTT", "temperature": 0.0},
    ]
    table, _ = tables(make_run, attempts)
    assert table[["temperature", "failure", "samples", "truncated", "scored"]].values.tolist() == [
        [0.8, "name", 1, 0, 4],
        [0.8, "wrong answer", 2, 1, 4],
        [0.0, "timeout", 1, 0, 1],
    ]
    assert table.iloc[1][["estimate", "low", "high"]].tolist() == pytest.approx(clustered_ratio([0, 2], [2, 2]))


def test_wrong_answers_name_their_requirements(make_run: MakeRun) -> None:
    _, wrong = tables(make_run, [NAME, WRONG, WRONG, {"task": "b", "tests": "PFF"}])
    assert wrong[["task_id", "requirement", "samples"]].values.tolist() == [["b", "guards", 3], ["b", "adds", 1]]


def test_kinds_stand_in_the_order_in_which_code_meets_them() -> None:
    assert [kind.value for kind in FAILURES[:3]] == ["no solution", "syntax", "import"]
    assert FAILURES[-1].value == "wrong answer"


def test_an_empty_run_has_no_failures(make_run: MakeRun) -> None:
    table, wrong = tables(make_run, [])
    assert len(table) == len(wrong) == 0
