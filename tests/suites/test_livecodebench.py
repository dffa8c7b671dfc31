"""LiveCodeBench's file: programs on standard input and methods, plain and packed cases. Lines are written here."""

import base64
import json
import pickle
import zlib
from typing import Any

import pytest

from evalkit.errors import TaskError
from evalkit.identifiers import rename_task
from evalkit.types import Status

STDIN = {
    "question_title": "Double",
    "question_content": 'Print twice the number. "Quotes\\" and """ are kept.',
    "platform": "atcoder",
    "question_id": "abc_a",
    "starter_code": "",
    "difficulty": "easy",
    "public_test_cases": json.dumps([{"input": "2\n", "output": "4\n", "testtype": "stdin"}]),
    "private_test_cases": json.dumps([{"input": "1.5\n", "output": "3.0\n", "testtype": "stdin"}]),
    "metadata": "{}",
}
FUNCTIONAL = STDIN | {
    "question_id": "2001",
    "platform": "leetcode",
    "starter_code": "class Solution:\n    def addAll(self, nums: List[int], extra: int) -> List[int]:\n        ",
    "public_test_cases": json.dumps([{"input": "[1, 2]\n3", "output": "[4, 5]", "testtype": "functional"}]),
    "private_test_cases": json.dumps([{"input": "[]\n3", "output": "[]", "testtype": "functional"}]),
    "metadata": json.dumps({"func_name": "addAll"}),
}
ADDING = "class Solution:\n    def addAll(self, nums, extra):\n        return tuple(n + extra for n in nums)\n"


def packed(value: object) -> str:
    """As LiveCodeBench packs private cases."""
    return base64.b64encode(zlib.compress(pickle.dumps(value))).decode()


def test_a_program_is_a_task_without_an_interface(suite_of: Any) -> None:
    suite = suite_of(STDIN)
    (task,) = suite.tasks
    assert (suite.title, task.id, task.title, task.tags) == ("LiveCodeBench", "abc_a", "Double", ("atcoder", "easy"))
    assert (task.judging, task.entry_point, task.reference) == ("program", "", "")
    namespace: dict[str, Any] = {}
    exec(task.prompt, namespace)  # it is Python, and holds the statement word for word
    assert 'Print twice the number. "Quotes\\" and """ are kept.' in task.prompt.encode().decode("unicode_escape")
    assert [(test.requirement, test.example) for test in task.tests] == [("examples", True), ("hidden", False)]
    assert rename_task(task, "camelCase") == task


@pytest.mark.parametrize(
    ("program", "ends"),
    [
        ("print(float(input()) * 2)", ["passed", "passed"]),  # 4.0 is 4
        ("print('  ', float(input()) * 2, '\\n\\n')", ["passed", "passed"]),
        ("print(int(input()) * 2)", ["passed", "error"]),
        ("print(4)", ["passed", "failed"]),
        ("import sys\nprint(float(sys.stdin.buffer.read()) * 2)\nsys.exit(1)", ["passed", "passed"]),
    ],
)
def test_programs_are_judged_by_what_they_print(suite_of: Any, judge_task: Any, program: str, ends: list[str]) -> None:
    assert [outcome.status for outcome in judge_task(suite_of(STDIN).tasks[0], program)] == ends


def test_a_method_is_called_with_arguments_from_lines_of_json(suite_of: Any, judge_task: Any) -> None:
    (task,) = suite_of(FUNCTIONAL).tasks
    assert (task.judging, task.entry_point) == ("separate", "Solution")
    assert task.prompt.endswith('        """\n')
    for each in (task, rename_task(task, "snake_case")):
        solution = ADDING if each is task else ADDING.replace("addAll", "add_all")
        assert {outcome.status for outcome in judge_task(each, solution)} == {Status.PASSED}
    first, second = judge_task(task, "class Solution:\n    def addAll(self, nums, extra):\n        return nums\n")
    assert (first.status, second.status) == (Status.FAILED, Status.PASSED)
    assert first.message == "gave [1, 2], expected [4, 5] (arguments '[[1,2],3]')"


def test_packed_cases_are_read_without_running_what_is_in_them(suite_of: Any) -> None:
    (task,) = suite_of(STDIN | {"private_test_cases": packed(STDIN["private_test_cases"])}).tasks
    assert task == suite_of(STDIN).tasks[0]

    class Runs:
        def __reduce__(self) -> tuple[Any, ...]:
            return print, ("run",)

    with pytest.raises(TaskError, match=r"packs it: it names builtins\.print, where only text is expected"):
        suite_of(STDIN | {"private_test_cases": packed(Runs())})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"private_test_cases": "eJz"}, "'private_test_cases' is neither JSON nor packed as LiveCodeBench packs it"),
        ({"public_test_cases": "[{]"}, "'public_test_cases' is not JSON"),
        ({"public_test_cases": "[]", "private_test_cases": "[]"}, "has no test cases"),
        ({"public_test_cases": '[{"input": "1"}]'}, "case 1 of 'public_test_cases' must have 'input', 'output' and"),
        ({"question_content": None}, "'question_content' must be text, not NoneType"),
        ({"starter_code": "class Solution:\n    def f(self):"}, "'metadata' must have 'func_name'"),
        ({"starter_code": "def f(x):", "metadata": '{"func_name": "f"}'}, "must have 'input', 'output' and"),
    ],
)
def test_a_malformed_line_is_named(suite_of: Any, changed: dict[str, object], said: str) -> None:
    with pytest.raises(TaskError) as caught:
        suite_of(STDIN, STDIN | {"question_id": "b"} | changed)
    assert "mine.jsonl:2: " in str(caught.value) and said in str(caught.value)
    assert "\n" not in str(caught.value)
