"""BigCodeBench's JSON lines, written here."""

from typing import Any

import pytest

from evalkit.errors import TaskError
from evalkit.types import Status

LINE = {
    "task_id": "BigCodeBench/0",
    "complete_prompt": 'import math\nimport itertools\n\ndef task_func(n):\n    """Roots up to n."""\n',
    "canonical_solution": "    return [math.sqrt(k) for k in range(n + 1)]\n",
    "test": "import unittest\n\nclass TestCases(unittest.TestCase):\n    def setUp(self):\n        self.n = 4\n"
    "    def test_last(self):\n        self.assertEqual(task_func(self.n)[-1], math.sqrt(4))\n"
    "    def test_first(self):\n        self.assertEqual(task_func(0), [0.0])\n",
    "entry_point": "task_func",
    "libs": "['math', 'numpy']",
}
PATCHED = (
    LINE["test"]
    + "    @unittest.mock.patch('math.sqrt', lambda k: -1)\n    def test_patched(self):\n"
    + ("        self.assertEqual(task_func(0), [-1])\n")
)


def test_each_method_is_a_test_and_runs_apart_from_the_solution(suite_of: Any, judge_task: Any) -> None:
    (task,) = suite_of(LINE).tasks
    assert (task.id, task.entry_point, task.judging, task.tags) == (
        "BigCodeBench/0", "task_func", "separate", ("math", "numpy"),
    )  # fmt: skip
    assert task.packages == ("numpy",)  # the rest is of the standard library
    assert [test.name for test in task.tests] == ["test_last", "test_first"]
    assert [outcome.status for outcome in judge_task(task, task.reference)] == [Status.PASSED] * 2
    wrong = "def task_func(n):\n    return [0.0]\n"
    first, second = judge_task(task, wrong)
    assert (first.status, second.status, first.message) == (Status.FAILED, Status.PASSED, "0.0 != 2.0")
    raises = "def task_func(n):\n    raise AssertionError('mine')\n"
    assert {outcome.status for outcome in judge_task(task, raises)} == {Status.ERROR}


def test_tests_that_patch_run_in_the_solutions_process(suite_of: Any, judge_task: Any) -> None:
    (task,) = suite_of(LINE | {"test": PATCHED.replace("import unittest", "import unittest.mock")}).tasks
    assert task.judging == "shared"
    assert [outcome.status for outcome in judge_task(task, task.reference)] == [Status.PASSED] * 3


@pytest.mark.parametrize("used", ["open('a')", "random.seed(1)", "sys.stdout", "os.environ", "patch('x')"])
def test_so_do_tests_that_reach_for_what_a_process_has(suite_of: Any, used: str) -> None:
    test = LINE["test"].replace("self.n = 4", f"self.n = {used}")
    assert suite_of(LINE | {"test": test}).tasks[0].judging == "shared"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"test": "import unittest\n"}, "'test' has no class TestCases with methods named test..."),
        ({"test": "class"}, "'test' is not valid Python"),
        ({"libs": "[math]"}, "'libs' must be a list of names"),
        ({"libs": [1]}, "'libs' must be a list of names"),
        ({"entry_point": "other"}, "'complete_prompt' does not declare the entry point 'other'"),
    ],
)
def test_a_malformed_line_is_named(suite_of: Any, changed: dict[str, object], said: str) -> None:
    with pytest.raises(TaskError) as caught:
        suite_of(LINE | changed)
    assert "mine.jsonl:1: " in str(caught.value) and said in str(caught.value)
