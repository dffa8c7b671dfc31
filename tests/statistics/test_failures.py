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
        (Status.ERROR, "raised AttributeError: 'int' object has no attribute 'append'", "type"),
        (Status.ERROR, "raised AttributeError: 'NoneType' object has no attribute 'foo'", "type"),
        (Status.ERROR, "raised AttributeError: module 'heapq' has no attribute 'push'", "missing attribute"),
        (Status.ERROR, "raised TypeError: 'module' object is not callable", "wrong signature"),
        (Status.ERROR, "raised TypeError: 'int' object is not callable", "type"),
        (Status.ERROR, "raised TypeError: pop expected at most 1 argument, got 2", "wrong signature"),
        (Status.ERROR, "raised TypeError: heapify() takes exactly one argument (2 given)", "wrong signature"),
        (Status.ERROR, "the solution does not define f", "own interface"),
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


SOLUTION = """
import json
from collections import namedtuple
from rowmill import Sheet

Point = namedtuple("Point", "x y")


class Pool:
    def acquire(self, seconds):
        def helper(n):
            return n

        return helper(seconds)


def load(path):
    return json.loads(path)
"""


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("AttributeError: 'Sheet' object has no attribute 'group_by'", "missing attribute"),
        ("AttributeError: type object 'Sheet' has no attribute 'from_rows'", "missing attribute"),
        ("AttributeError: module 'json' has no attribute 'parse'", "missing attribute"),
        ("AttributeError: 'Pool' object has no attribute 'release'", "own interface"),
        ("AttributeError: 'Point' object has no attribute 'z'", "own interface"),
        ("AttributeError: 'dict' object has no attribute 'append'", "type"),
        ("TypeError: Sheet.ranked() got an unexpected keyword argument 'ascending'", "wrong signature"),
        ("TypeError: JSONDecoder.__init__() got an unexpected keyword argument 'strictly'", "wrong signature"),
        ("TypeError: add_up.<locals>.<lambda>() takes 1 positional argument but 2 were given", "wrong signature"),
        ("TypeError: 'keys' is an invalid keyword argument for sort()", "wrong signature"),
        ("TypeError: load() got an unexpected keyword argument 'file'", "own interface"),
        ("TypeError: Pool.acquire() missing 1 required positional argument: 'seconds'", "own interface"),
        ("TypeError: Pool.acquire.<locals>.helper() takes 1 positional argument but 2 were given", "own interface"),
        ("TypeError: Point.__new__() missing 1 required positional argument: 'y'", "own interface"),
        ("TypeError: <lambda>() takes 1 positional argument but 2 were given", "own interface"),
        ("TypeError: unsupported operand type(s) for +: 'int' and 'str'", "type"),
        ("TypeError: list indices must be integers or slices, not str", "type"),
        ("TypeError: 'NoneType' object is not subscriptable", "type"),
    ],
)
def test_a_librarys_interface_is_told_from_the_solutions_own(message: str, kind: str) -> None:
    assert failure_of(Status.ERROR, f"raised {message}", SOLUTION).value == kind


def test_the_solution_of_each_sample_decides_whose_interface_it_is(make_run: MakeRun) -> None:
    attempt = {"task": "a", "tests": "EPP", "message": "raised TypeError: merge() got an unexpected keyword 'on'"}
    attempt["message"] = "raised TypeError: merge() got an unexpected keyword argument 'on'"
    own = {**attempt, "code": "def merge(left, right):\n    return left\n"}
    results = evalkit.load(make_run([attempt, own, {"task": "a", "tests": "PPP"}]))
    found = sample_failures(results, sample_outcomes(results))
    assert [FAILURES[number].value if number >= 0 else "" for number in found] == [
        "wrong signature",
        "own interface",
        "",
    ]


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
