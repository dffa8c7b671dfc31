"""HumanEval's file formats: small files written here, and the published ones where EVALKIT_DATA names their folder."""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evalkit.errors import EvalkitError, TaskError, UnknownName
from evalkit.sandboxes import open_sandbox
from evalkit.suites import load_suite
from evalkit.suites.check import check_task
from evalkit.types import Job, Limits, Sandbox, Status, Task

PROMPT = 'def add(a, b):\n    """Add."""\n'
CHECK = "def check(candidate):\n    assert candidate(1, 2) == 3\n"
BODY = "    return a + b\n"
PLAIN = {"task_id": "T/0", "prompt": PROMPT, "entry_point": "add", "canonical_solution": BODY, "test": CHECK}
PLUS = {key: value for key, value in PLAIN.items() if key != "test"} | {
    "base_input": [[1, 2]],
    "plus_input": [[0, 0], [0.1, 0.2], [[1], [2]]],
    "atol": 0,
    "contract": "",
}
PUBLISHED = pytest.mark.skipif("EVALKIT_DATA" not in os.environ, reason="EVALKIT_DATA names no folder with HumanEval")


def write(path: Path, *lines: object) -> str:
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return str(path)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    judge = open_sandbox("subprocess", 1, allow_unisolated=True)
    yield judge
    judge.close()


def statuses(task: Task, solution: str, sandbox: Sandbox) -> list[Status]:
    plan = tuple(test.name for test in task.tests)
    job = Job(solution, task.entry_point, task.tests_source, plan, Limits(cpu_seconds=20.0, wall_seconds=100.0))
    return [outcome.status for outcome in sandbox.judge(job)]


def message(task: Task, solution: str, sandbox: Sandbox) -> str:
    return sandbox.judge(Job(solution, task.entry_point, task.tests_source, (task.tests[-1].name,)))[0].message


def test_a_line_of_humaneval_becomes_a_task(tmp_path: Path) -> None:
    suite = load_suite(write(tmp_path / "mine.jsonl", PLAIN))
    (task,) = suite.tasks
    assert (suite.name, task.id, task.entry_point, task.prompt) == ("mine", "T/0", "add", PROMPT)
    assert task.reference == PROMPT + BODY
    assert task.tests_source == CHECK
    assert [(each.id, each.kind) for each in task.requirements] == [("behaves-as-tested", "stated")]
    assert [(test.name, test.requirement, test.example) for test in task.tests] == [
        ("check", "behaves-as-tested", False)
    ]


def test_the_published_test_decides(tmp_path: Path, sandbox: Sandbox) -> None:
    (task,) = load_suite(write(tmp_path / "a.jsonl", PLAIN)).tasks
    assert statuses(task, task.reference, sandbox) == [Status.PASSED]
    assert statuses(task, PROMPT + "    return a - b\n", sandbox) == [Status.FAILED]


def test_a_task_without_examples_and_known_wrongs_is_good(tmp_path: Path, sandbox: Sandbox) -> None:
    for line in (PLAIN, PLUS):
        (task,) = load_suite(write(tmp_path / "a.jsonl", line)).tasks
        assert check_task(task, sandbox) == ()


def test_helpers_of_the_prompt_come_from_the_prompt_not_from_the_sample(tmp_path: Path, sandbox: Sandbox) -> None:
    prompt = 'def twice(x):\n    return 2 * x\n\ndef half(x):\n    """Undo twice."""\n'
    test = "def check(candidate):\n    assert candidate(twice(3)) == 3 == half(6)\n"
    line = PLAIN | {"prompt": prompt, "entry_point": "half", "test": test, "canonical_solution": "    return x / 2\n"}
    (task,) = load_suite(write(tmp_path / "a.jsonl", line)).tasks
    assert statuses(task, task.reference, sandbox) == [Status.PASSED]
    bent = "def twice(x):\n    return 3\n\ndef half(x):\n    return 3 if x == 3 else x\n"
    assert statuses(task, bent, sandbox) == [Status.FAILED]


def test_compressed_files_and_blank_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl.gz"
    path.write_bytes(gzip.compress(f"\n{json.dumps(PLAIN)}\n\n{json.dumps(PLAIN | {'task_id': 'T/1'})}".encode()))
    suite = load_suite(str(path))
    assert (suite.name, [task.id for task in suite.tasks]) == ("set", ["T/0", "T/1"])


def test_a_plus_task_compares_with_the_reference(tmp_path: Path, sandbox: Sandbox) -> None:
    (task,) = load_suite(write(tmp_path / "a.jsonl", PLUS)).tasks
    assert [(test.name, test.requirement) for test in task.tests] == [("test_base", "base"), ("test_plus", "plus")]
    assert statuses(task, task.reference, sandbox) == [Status.PASSED] * 2
    assert statuses(task, PROMPT + "    return b + a if b != [2] else [2, 1]\n", sandbox) == [
        Status.PASSED,
        Status.FAILED,
    ]
    assert (
        message(task, PROMPT + "    return 0\n", sandbox)
        == "input 2 of 3: add(0.1, 0.2) gave 0, expected 0.30000000000000004"
    )


def test_an_empty_list_of_inputs_gives_no_test(tmp_path: Path, sandbox: Sandbox) -> None:
    (task,) = load_suite(write(tmp_path / "a.jsonl", PLUS | {"plus_input": []})).tasks
    assert [test.name for test in task.tests] == ["test_base"]
    assert [requirement.id for requirement in task.requirements] == ["base"]
    assert statuses(task, task.reference, sandbox) == [Status.PASSED]
    assert statuses(task, PROMPT + "    return None\n", sandbox) == [Status.FAILED]


def test_floats_are_compared_with_a_tolerance(tmp_path: Path, sandbox: Sandbox) -> None:
    (task,) = load_suite(write(tmp_path / "a.jsonl", PLUS)).tasks
    rounded = PROMPT + "    return round(a + b, 9) if isinstance(a, float) else a + b\n"
    assert statuses(task, rounded, sandbox) == [Status.PASSED] * 2


def test_arguments_changed_in_place_do_not_reach_the_reference(tmp_path: Path, sandbox: Sandbox) -> None:
    (task,) = load_suite(write(tmp_path / "a.jsonl", PLUS | {"plus_input": [[[1], [2]]]})).tasks
    changes = PROMPT + "    result = a + b\n    if isinstance(a, list):\n        a.clear()\n    return result\n"
    assert statuses(task, changes, sandbox) == [Status.PASSED] * 2
    returns_cleared = PROMPT + "    if isinstance(a, list):\n        a.clear()\n        b.clear()\n    return a + b\n"
    assert statuses(task, returns_cleared, sandbox) == [Status.PASSED, Status.FAILED]


def test_find_zero_may_return_any_zero(tmp_path: Path, sandbox: Sandbox) -> None:
    prompt = 'def find_zero(xs):\n    """Find a zero."""\n'
    line = PLUS | {"prompt": prompt, "entry_point": "find_zero", "canonical_solution": "    return 1.0\n", "atol": 1e-4}
    line |= {"base_input": [[[-1, 0, 1]]], "plus_input": [[[-1, 0, 1]]]}
    (task,) = load_suite(write(tmp_path / "a.jsonl", line)).tasks
    assert statuses(task, prompt + "    return -1.0\n", sandbox) == [Status.PASSED] * 2
    assert statuses(task, prompt + "    return 0.5\n", sandbox) == [Status.FAILED] * 2


def without(key: str, line: dict[str, Any] = PLAIN) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name != key}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["{"], "a.jsonl:1: the line is not JSON: Expecting property name"),
        ([PLAIN, "[1]"], "a.jsonl:2: the line holds list, not an object"),
        ([], "a.jsonl: holds no tasks"),
        (
            [{"question": "?"}],
            "a.jsonl:1: is neither HumanEval (key 'test') nor HumanEval+ (key 'base_input'); its keys",
        ),
        ([PLAIN, PLAIN], "a.jsonl:2: the task 'T/0' is there twice"),
        ([without("prompt")], "a.jsonl:1: 'prompt' is missing"),
        ([PLAIN | {"prompt": 3}], "a.jsonl:1: 'prompt' must be text, not int"),
        ([PLAIN | {"prompt": "def add(:"}], "a.jsonl:1: 'prompt' is not valid Python"),
        ([PLAIN | {"entry_point": "other"}], "a.jsonl:1: 'prompt' does not declare the entry point 'other'"),
        ([PLAIN | {"test": "x = 1\n"}], "a.jsonl:1: 'test' does not define check(candidate)"),
        ([PLAIN | {"canonical_solution": "  ?"}], "a.jsonl:1: 'canonical_solution' is not valid Python"),
        ([without("plus_input", PLUS)], "a.jsonl:1: 'plus_input' is missing"),
        ([PLUS | {"base_input": [1]}], "a.jsonl:1: 'base_input' must be a list of argument lists"),
        ([PLUS | {"base_input": [], "plus_input": []}], "a.jsonl:1: both 'base_input' and 'plus_input' are empty"),
        ([PLUS | {"atol": -1}], "a.jsonl:1: 'atol' must be a number of at least 0, not -1"),
    ],
)
def test_a_malformed_file_gets_one_line(tmp_path: Path, lines: list[object], said: str) -> None:
    with pytest.raises(TaskError) as caught:
        load_suite(write(tmp_path / "a.jsonl", *lines))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("cut", [5, 40])
def test_a_damaged_compressed_file_gets_one_line(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(PLAIN).encode())[:cut])
    with pytest.raises(TaskError, match=r"a\.jsonl\.gz:1: the compressed file is damaged"):
        load_suite(str(path))


def test_published_suites_are_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "HumanEval.jsonl.gz").write_bytes(gzip.compress(json.dumps(PLAIN).encode()))
    monkeypatch.setenv("EVALKIT_DATA", str(tmp_path))
    assert load_suite("humaneval").name == "humaneval"
    with pytest.raises(TaskError, match=r"HumanEvalPlus\.jsonl\.gz: this file is missing; EVALKIT_DATA"):
        load_suite("humaneval+")
    monkeypatch.delenv("EVALKIT_DATA")
    with pytest.raises(TaskError, match=r"humaneval: this suite is read from a file: set EVALKIT_DATA"):
        load_suite("humaneval")


def test_a_missing_file_or_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(EvalkitError, match=r"none\.jsonl: cannot be read: No such file"):
        load_suite(str(tmp_path / "none.jsonl"))
    with pytest.raises(UnknownName, match=r"humaneval \(with EVALKIT_DATA\)"):
        load_suite("humanevall")


@PUBLISHED
@pytest.mark.parametrize(("name", "tests"), [("humaneval", 1), ("humaneval+", 2)])
def test_the_published_files_are_read(name: str, tests: int) -> None:
    suite = load_suite(name)
    assert len(suite.tasks) == 164
    assert {len(task.tests) for task in suite.tasks} == {tests}


@PUBLISHED
@pytest.mark.parametrize("number", [0, 32, 33, 38, 50, 53, 115])
def test_published_references_pass_and_empty_ones_fail(number: int, sandbox: Sandbox) -> None:
    for name in ("humaneval", "humaneval+"):
        task = load_suite(name).tasks[number]
        assert set(statuses(task, task.reference, sandbox)) == {Status.PASSED}
        empty = f"def {task.entry_point}(*arguments):\n    return None\n"
        assert Status.PASSED not in statuses(task, empty, sandbox)
