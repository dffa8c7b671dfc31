"""MBPP's two files, and EvalPlus's original format of MBPP+: lines written here."""

import json
from pathlib import Path
from typing import Any

import pytest

from evalkit.errors import TaskError
from evalkit.identifiers import rename_task
from evalkit.suites import load_suite
from evalkit.types import Status

LINE = {
    "task_id": 11,
    "text": "Write a function to add a node's value.",
    "code": "class Node:\n    def __init__(self, v):\n        self.v = v\n\n"
    "def add_to(node, n):\n    return node.v + n\n",
    "test_list": ["assert add_to(Node(1), 2) == 3", "assert add_to(root, 2) == 7", "assert add_to(root, 0) == 5"],
    "test_setup_code": "root = Node(5)",
    "challenge_test_list": [],
}
ORIGINAL = {
    "task_id": 12,
    "prompt": "Write a function to double.",
    "code": "def double(x):\n    return x * 2\n",
    "test_imports": ["import math"],
    "test_list": ["assert math.isclose(double(1), 2)"],
    "test": "inputs = [[1], ['a\\n']]\nresults = [2, '''a\na\n''']\nfor i, e in zip(inputs, results):\n"
    "    assert candidate(*i) == e == double(*i), 'differs'\n",
}


def test_each_assert_is_a_test_and_the_first_is_shown(suite_of: Any, judge_task: Any) -> None:
    (task,) = suite_of(LINE).tasks
    assert (task.id, task.entry_point) == ("Mbpp/11", "add_to")
    assert task.prompt == f'"""\n{LINE["text"]}\nassert add_to(Node(1), 2) == 3\n"""\n'
    assert [(test.name, test.requirement, test.example) for test in task.tests] == [
        ("test_1", "shown", True), ("test_2", "hidden", False), ("test_3", "hidden", False),
    ]  # fmt: skip
    for each in (task, rename_task(task, "camelCase")):
        assert {outcome.status for outcome in judge_task(each, each.reference)} == {Status.PASSED}
    only = task.reference.replace("node.v + n", "3")
    assert [outcome.status for outcome in judge_task(task, only)] == [Status.PASSED, Status.FAILED, Status.FAILED]


def test_the_sanitized_file_is_a_list(tmp_path: Path, judge_task: Any) -> None:
    path = tmp_path / "sanitized-mbpp.json"
    line = {key: value for key, value in ORIGINAL.items() if key != "test"}
    path.write_text(json.dumps([line, line | {"task_id": 13}], indent=2))
    one, other = load_suite(str(path)).tasks
    assert (one.id, other.id) == ("Mbpp/12", "Mbpp/13")
    assert [outcome.status for outcome in judge_task(one, one.reference)] == [Status.PASSED]
    path.write_text(json.dumps([line, line], indent=2))
    with pytest.raises(TaskError, match=r"sanitized-mbpp\.json:1[0-9]: the task 'Mbpp/12' is there twice"):
        load_suite(str(path))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", ":1: must hold a list of objects"),
        ("", ":1: must hold a list of objects"),
        ("[\n1]", ":2: holds int, not an object"),
        ("[\n\n{]", ":3: is not JSON: "),
        ("[", ":1: is not JSON: "),
        ("[]", ": holds no tasks"),
    ],
)
def test_a_file_that_is_no_list_is_told(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(TaskError) as caught:
        load_suite(str(path))
    assert f"a.json{said}" in str(caught.value)


def test_the_original_format_of_evalplus_has_one_more_test(suite_of: Any, judge_task: Any) -> None:
    (task,) = suite_of(ORIGINAL).tasks
    assert [test.name for test in task.tests] == ["test_1", "test_plus"]
    for each in (task, rename_task(task, "PascalCase")):
        assert {outcome.status for outcome in judge_task(each, each.reference)} == {Status.PASSED}
    first, plus = judge_task(task, "def double(x):\n    return 2\n")
    assert (first.status, plus.status, plus.message) == (Status.PASSED, Status.FAILED, "differs")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"code": "def"}, "'code' is not valid Python"),
        ({"test_list": []}, "'test_list' must be a list of at least one assert"),
        ({"test_list": ["assert ("]}, "'test_list' is not valid Python"),
        ({"test_list": ["assert other(1)"]}, "the first of 'test_list' calls no function of 'code'"),
        ({"test_imports": "import re"}, "'test_imports' must be a list of import statements"),
    ],
)
def test_a_malformed_line_is_named(suite_of: Any, changed: dict[str, object], said: str) -> None:
    with pytest.raises(TaskError) as caught:
        suite_of(LINE | changed)
    assert "mine.jsonl:1: " in str(caught.value) and said in str(caught.value)
