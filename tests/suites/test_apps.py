"""APPS's problems as JSON lines, written here."""

import json
from typing import Any

import pytest

from evalkit.errors import TaskError
from evalkit.types import Status

PROGRAM = {
    "problem_id": 7,
    "question": "Print the sum of the numbers.",
    "solutions": json.dumps(["print(sum(map(int, input().split())))"]),
    "input_output": json.dumps({"inputs": ["1 2\n", ["3 4"]], "outputs": ["3\n", ["7"]]}),
    "difficulty": "interview",
    "starter_code": "",
}
FUNCTION = PROGRAM | {
    "question": "Say which number each key has.",
    "solutions": json.dumps(["def turn(table):\n    return {value: key for key, value in table.items()}\n"]),
    "input_output": json.dumps({"fn_name": "turn", "inputs": [[{"1": 2}]], "outputs": [[{"2": 1}]]}),
    "starter_code": "def turn(table):\n\t",
}


def test_a_program_is_judged_by_what_it_prints(suite_of: Any, judge_task: Any) -> None:
    (task,) = suite_of(PROGRAM).tasks
    assert (task.id, task.judging, task.tags) == ("APPS/7", "program", ("interview",))
    assert [outcome.status for outcome in judge_task(task, task.reference)] == [Status.PASSED] * 2
    assert [outcome.status for outcome in judge_task(task, "print(3)")] == [Status.PASSED, Status.FAILED]


def test_a_function_gets_its_keys_back_as_numbers(suite_of: Any, judge_task: Any) -> None:
    (task,) = suite_of(FUNCTION).tasks
    assert (task.judging, task.entry_point) == ("separate", "turn")
    assert [outcome.status for outcome in judge_task(task, task.reference)] == [Status.PASSED]
    assert [outcome.status for outcome in judge_task(task, "def turn(table):\n    return table\n")] == [Status.FAILED]


@pytest.mark.parametrize("value", ["[[1, 2], [3]]", "[[[1, 2], [3]]]"])
def test_a_result_may_stand_in_a_list(suite_of: Any, judge_task: Any, value: str) -> None:
    pairs = {"fn_name": "turn", "inputs": [[0]], "outputs": [json.loads(value)]}
    (task,) = suite_of(FUNCTION | {"input_output": json.dumps(pairs), "solutions": ""}).tasks
    right = (
        "def turn(table):\n    return [(1, 2), (3,)]\n"
        if value.startswith("[[[")
        else ("def turn(table):\n    return ([1, 2], [3])\n")
    )
    assert [outcome.status for outcome in judge_task(task, right)] == [Status.PASSED]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"input_output": "{"}, "'input_output' is not JSON"),
        ({"input_output": '{"inputs": [], "outputs": []}'}, "as many 'inputs' as 'outputs', and at least one"),
        ({"input_output": '{"inputs": ["1"], "outputs": []}'}, "as many 'inputs' as 'outputs', and at least one"),
        ({"solutions": "[1]"}, "'solutions' must hold a list of programs"),
        ({"problem_id": None}, "'problem_id' (or 'id') must be a number or text"),
        ({"input_output": '{"fn_name": "f", "inputs": [1], "outputs": [1]}'}, "must be lists of arguments"),
    ],
)
def test_a_malformed_line_is_named(suite_of: Any, changed: dict[str, object], said: str) -> None:
    with pytest.raises(TaskError) as caught:
        suite_of(PROGRAM | changed)
    assert "mine.jsonl:1: " in str(caught.value) and said in str(caught.value)
