"""MBPP+ in EvalPlus's format: small lines written here, and the published file where EVALKIT_DATA names its folder."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from evalkit.errors import TaskError
from evalkit.identifiers import rename_task
from evalkit.prompts import build_prompt
from evalkit.sandboxes import open_sandbox
from evalkit.suites import load_suite
from evalkit.types import Job, Limits, Sandbox, Status, Suite, Task

PROMPT = '"""\nWrite a function to find the shared items.\nassert set(shared((1, 2), (2, 3))) == {2}\n"""\n'
LINE = {
    "task_id": "Mbpp/2",  # whose arguments are tuples
    "prompt": PROMPT,
    "entry_point": "similar_elements",
    "canonical_solution": "def similar_elements(a, b):\n    return tuple(set(a) & set(b))\n",
    "base_input": [[[1, 2], [2, 3]]],
    "plus_input": [[[], []], [[1, 2, 3], [3, 2]]],
    "atol": 0,
    "assertion": "assert True",
}
PUBLISHED = pytest.mark.skipif("EVALKIT_DATA" not in os.environ, reason="EVALKIT_DATA names no folder with MBPP+")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    judge = open_sandbox("subprocess", 1, allow_unisolated=True)
    yield judge
    judge.close()


def task_of(folder: Path, **changed: object) -> Task:
    path = folder / "mine.jsonl"
    path.write_text(json.dumps(LINE | changed))
    (task,) = load_suite(str(path)).tasks
    return task


def statuses(task: Task, solution: str, sandbox: Sandbox) -> list[Status]:
    plan = tuple(test.name for test in task.tests)
    job = Job(solution, task.entry_point, task.tests_source, plan, Limits(cpu_seconds=20.0, wall_seconds=100.0))
    return [outcome.status for outcome in sandbox.judge(job)]


def test_a_line_becomes_a_task_whose_prompt_only_asks(tmp_path: Path, sandbox: Sandbox) -> None:
    task = task_of(tmp_path)
    assert (task.id, task.entry_point, task.prompt) == ("Mbpp/2", "similar_elements", PROMPT)
    assert [(test.name, test.requirement) for test in task.tests] == [("test_base", "base"), ("test_plus", "plus")]
    assert task.requirements[0].text == "Agrees with the reference on the inputs of MBPP."
    assert statuses(task, task.reference, sandbox) == [Status.PASSED] * 2


@pytest.mark.parametrize(
    ("body", "passes"),
    [
        ("return sorted(set(a) & set(b), reverse=True)", True),  # a set is asked for: neither order nor type count
        ("return (x for x in a if x in b)", True),
        ("return [x for x in a if x in b][:1]", False),
        ("assert isinstance(a, tuple), 'not a tuple'\n    return set(a) & set(b)", True),
        ("return [[x] for x in a if x in b]", False),
    ],
)
def test_tuples_arrive_as_tuples_and_sets_are_compared_as_sets(
    tmp_path: Path, sandbox: Sandbox, body: str, passes: bool
) -> None:
    solution = f"def similar_elements(a, b):\n    {body}\n"
    found = statuses(task_of(tmp_path), solution, sandbox)
    assert (found[1] is Status.PASSED) == passes, found


def test_a_match_of_the_reference_asks_for_anything_but_none(tmp_path: Path, sandbox: Sandbox) -> None:
    reference = "import re\ndef check_str(text):\n    return re.match('a', text)\n"
    inputs = {"base_input": [["a"], ["b"]], "plus_input": {}}  # no inputs, as Mbpp/793 has it
    names = {"task_id": "Mbpp/737", "entry_point": "check_str", "canonical_solution": reference}
    task = task_of(tmp_path, **names, **inputs)
    assert [test.name for test in task.tests] == ["test_base"]
    for body in ("re.match('a', text)", "text == 'a'", "'yes' if text == 'a' else None"):
        assert statuses(task, f"import re\ndef check_str(text):\n    return {body}\n", sandbox) == [Status.PASSED]
    for body in ("None", "'yes' if text == 'a' else ''"):
        assert statuses(task, f"def check_str(text):\n    return {body}\n", sandbox) == [Status.FAILED]


def test_it_can_be_renamed_and_asked_for_in_every_manner(tmp_path: Path, sandbox: Sandbox) -> None:
    task = rename_task(task_of(tmp_path), "camelCase")
    assert task.entry_point == "similarElements"
    assert statuses(task, task.reference, sandbox) == [Status.PASSED] * 2
    prompt = build_prompt(task, "evalplus-base-mbpp")
    assert prompt.text == PROMPT.strip() + "\n"
    assert "\nassert" in prompt.stop


@pytest.mark.parametrize("style", ["plain", "evalplus-base"])
def test_where_the_definition_is_still_to_come_it_ends_no_sample(tmp_path: Path, style: str) -> None:
    stops = build_prompt(task_of(tmp_path), style).stop
    assert not {"\ndef ", "\nclass ", "\nimport ", "\nfrom "} & set(stops)
    assert "\nprint(" in stops


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"base_input": [[1, 2]]}, "mine.jsonl:1: the inputs are not those of Mbpp/2: 'int' object is not iterable"),
        ({"task_id": "Mbpp/252", "base_input": [["x"]]}, "the inputs are not those of Mbpp/252: complex() arg"),
        ({"plus_input": 0}, "'plus_input' must be a list of argument lists"),
        ({"prompt": '"""'}, "'prompt' is not valid Python"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, changed: dict[str, object], said: str) -> None:
    with pytest.raises(TaskError) as caught:
        task_of(tmp_path, **changed)
    assert said in str(caught.value)


@pytest.fixture(scope="module")
def published() -> Suite:
    return load_suite("mbpp+")


@PUBLISHED
def test_the_published_file_is_read(published: Suite) -> None:
    suite = published
    assert (suite.name, suite.title, len(suite.tasks)) == ("mbpp+", "MBPP+", 378)
    assert sum(len(task.tests) for task in suite.tasks) == 755  # Mbpp/793 has no inputs beside those of MBPP


@PUBLISHED
@pytest.mark.parametrize("number", [124, 252, 798, 558, 581, 737, 787, 722, 769])
def test_published_references_pass_and_empty_ones_fail(number: int, published: Suite, sandbox: Sandbox) -> None:
    task = next(task for task in published.tasks if task.id == f"Mbpp/{number}")
    assert set(statuses(task, task.reference, sandbox)) == {Status.PASSED}
    empty = f"def {task.entry_point}(*arguments):\n    return None\n"
    assert statuses(task, empty, sandbox)[0] is Status.FAILED
