"""evalkit's own JSON lines, written here; and that no line, whatever it holds, brings a reader down."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evalkit.errors import TaskError
from evalkit.suites import load_suite
from evalkit.suites.check import check_task
from evalkit.types import Status

FUNCTION = {
    "id": "mine/add",
    "prompt": 'def add(a, b):\n    """Add."""\n',
    "entry_point": "add",
    "reference": "def add(a, b):\n    return a + b\n",
    "cases": [{"arguments": [1, 2], "result": 3, "example": True}, {"arguments": ["a", "b"], "result": "ab"}],
    "tags": ["easy"],
}
TESTED = {key: value for key, value in FUNCTION.items() if key != "cases"} | {
    "id": "mine/tested",
    "tests": "from solution import add\n\ndef test_numbers():\n    assert add(1, 2) == 3\n",
}
PROGRAM = {
    "id": "mine/echo",
    "statement": "Print the line in capitals.",
    "reference": "print(input().upper())\n",
    "cases": [{"stdin": "abc\n", "stdout": "ABC\n", "example": True}],
}


def test_functions_with_cases_or_tests_and_programs(suite_of: Any, judge_task: Any) -> None:
    suite = suite_of(FUNCTION, TESTED, PROGRAM)
    assert [(task.id, task.judging, len(task.tests)) for task in suite.tasks] == [
        ("mine/add", "separate", 2), ("mine/tested", "separate", 1), ("mine/echo", "program", 1),
    ]  # fmt: skip
    assert [test.example for test in suite.tasks[0].tests] == [True, False]
    for task in suite.tasks:
        assert {outcome.status for outcome in judge_task(task, task.reference)} == {Status.PASSED}
        wrong = "print('abc')\n" if task.judging == "program" else "def add(a, b):\n    return None\n"
        assert {outcome.status for outcome in judge_task(task, wrong)} == {Status.FAILED}


def test_the_pages_own_lines_are_tasks_and_the_first_is_good(suite_of: Any, plain_sandbox: Any) -> None:
    page = (Path(__file__).parents[2] / "docs" / "datasets.md").read_text(encoding="utf-8")
    lines = page.partition("```json\n")[2].partition("```")[0].splitlines()
    tasks = suite_of(*lines, PROGRAM | {"id": "mine/loud"}).tasks
    assert [task.id for task in tasks] == ["mine/add", "mine/sub", "mine/echo", "mine/loud"]
    assert check_task(tasks[0], plain_sandbox) == () == check_task(tasks[3], plain_sandbox)
    assert check_task(tasks[1], plain_sandbox) == ("mine/sub: has no reference solution, so nothing can be checked.",)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"id": "a"}, "needs 'prompt' and 'entry_point' (a function), or 'statement' (a program)"),
        (FUNCTION | {"more": 1}, "unknown key 'more'"),
        (FUNCTION | {"tests": "x"}, "needs either 'tests' or 'cases'"),
        (FUNCTION | {"cases": []}, "needs either 'tests' or 'cases'"),
        (FUNCTION | {"cases": [{"arguments": [1]}]}, "'cases[0]' must have 'arguments' and 'result'"),
        (FUNCTION | {"cases": [{"arguments": 1, "result": 1}]}, "'cases[0].arguments': input should be a valid list"),
        (FUNCTION | {"prompt": "def"}, "'prompt' is not valid Python"),
        (FUNCTION | {"entry_point": "a b"}, "'entry_point': string should match pattern"),
        (TESTED | {"tests": "x = 1\n"}, "'tests' has no functions named test_..."),
        (PROGRAM | {"cases": []}, "'cases' is empty"),
        (PROGRAM | {"cases": [{"stdin": "a"}]}, "'cases[0]' must have 'stdin' and 'stdout'"),
        (PROGRAM | {"entry_point": "f"}, "a program has 'statement' and 'cases'"),
    ],
)
def test_a_malformed_line_is_named(suite_of: Any, line: dict[str, object], said: str) -> None:
    with pytest.raises(TaskError) as caught:
        suite_of(line)
    assert "mine.jsonl:1: " in str(caught.value) and said in str(caught.value)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["{}", "[]", "def f(): 1", "f"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)
_KEYS = (
    "task_id prompt entry_point canonical_solution test base_input plus_input atol assertion complete_prompt libs "
    "test_list code text question_id question_content starter_code public_test_cases private_test_cases metadata "
    "input_output question solutions problem_id id statement cases tests reference"
).split()


@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(st.dictionaries(st.sampled_from(_KEYS), _json, max_size=9))
def test_whatever_a_line_holds_it_is_a_task_or_one_line_about_it(tmp_path: Path, fields: dict[str, Any]) -> None:
    path = tmp_path / "any.jsonl"
    path.write_text(json.dumps(fields))
    try:
        assert load_suite(str(path)).tasks
    except TaskError as error:
        assert "any.jsonl:1: " in str(error)
        assert "\n" not in str(error)
