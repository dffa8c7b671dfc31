"""HumanEval, HumanEval+ and MBPP+ in every style, and HumanEval in camelCase as ReCode published it.

EVALKIT_DATA names the folder of the files.

ReCode: Wang et al., "ReCode: Robustness Evaluation of Code Generation Models", ACL 2023; FuncRenameCamelCase.
"""

import gzip
import json
import os
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from renamed_back import assert_goes_back
from trusted_sandbox import TrustedSandbox

from evalkit.identifiers import new_names, rename_task
from evalkit.identifiers.marking import fill_in, mark_names
from evalkit.registry import names
from evalkit.run.trials import Trials
from evalkit.sandboxes import open_sandbox
from evalkit.suites import load_suite
from evalkit.types import Job, Outcome, Status, Task

pytestmark = [
    pytest.mark.skipif("EVALKIT_DATA" not in os.environ, reason="EVALKIT_DATA names no folder with HumanEval"),
    pytest.mark.filterwarnings("ignore:.*invalid escape sequence"),  # published sources are what they are
]
RECODE = "ReCode-humaneval-FuncRenameCamelCase.jsonl.gz"
STYLES = names("identifier style")
# ReCode turns names that hold capitals already the other way, into snake_case, and takes only the underscore out of
# the one name that has both: docs/identifiers.md explains it. HumanEval's name: (ours, ReCode's).
DIFFERENT = {
    "digitSum": ("digitSum", "digit_sum"),
    "minSubArraySum": ("minSubArraySum", "min_sub_array_sum"),
    "minPath": ("minPath", "min_path"),
    "specialFilter": ("specialFilter", "special_filter"),
    "Strongest_Extension": ("strongestExtension", "StrongestExtension"),
}


@cache
def humaneval() -> tuple[Task, ...]:
    return load_suite("humaneval").tasks


def recode() -> Iterator[tuple[Task, dict[str, str]]]:
    path = Path(os.environ["EVALKIT_DATA"]) / RECODE
    if not path.is_file():
        pytest.skip(f"EVALKIT_DATA has no {RECODE}")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = {row["task_id"]: row for row in map(json.loads, lines)}
    yield from ((task, rows[task.id]) for task in humaneval())


def test_camel_case_gives_the_names_that_recode_gives() -> None:
    found = {}
    for task, row in recode():
        ours = new_names(task, "camelCase").get(task.entry_point, task.entry_point)
        if ours != row["entry_point"]:
            found[task.entry_point] = (ours, row["entry_point"])
    assert found == DIFFERENT
    page = (Path(__file__).parents[2] / "docs" / "identifiers.md").read_text(encoding="utf-8")
    for name, (ours, theirs) in DIFFERENT.items():
        assert f"| `{name}` | `{ours}` | `{theirs}` |" in page


@pytest.mark.slow
def test_the_function_alone_renamed_gives_the_prompts_of_recode() -> None:
    """ReCode renames the function and leaves the parameters; word by word, for it replaces text and not names."""
    other = {}
    for task, row in recode():
        ours = fill_in(mark_names(task), {task.entry_point: row["entry_point"]})
        if ours.prompt != row["prompt"] or ours.reference != row["prompt"] + row["canonical_solution"]:
            other[task.id] = (ours.prompt, row["prompt"])
    assert other == {}


@pytest.mark.parametrize("style", STYLES)
def test_a_sample_of_humaneval_holds_in_every_style(style: str) -> None:
    for task in humaneval()[::16]:
        passes(rename_task(task, style))
        assert_goes_back(task, style)


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_all_of_humaneval_holds_in_every_style(style: str) -> None:
    for task in humaneval():
        passes(rename_task(task, style))
        assert_goes_back(task, style)


@pytest.mark.bubblewrap
def test_a_sample_of_humaneval_plus_holds_in_one_style(trials: Trials) -> None:
    for number, task in enumerate(load_suite("humaneval+").tasks[::20]):
        assert unpassed(trials, rename_task(task, STYLES[number])) == []


@pytest.mark.slow
@pytest.mark.bubblewrap
def test_humaneval_plus_holds_in_one_style_each(trials: Trials) -> None:
    for number, task in enumerate(load_suite("humaneval+").tasks):
        assert unpassed(trials, rename_task(task, STYLES[number % len(STYLES)])) == []


def test_a_sample_of_mbpp_plus_holds_in_every_style() -> None:
    for task in mbpp()[::40]:
        holds_as_before(task)


@pytest.mark.slow
def test_all_of_mbpp_plus_holds_in_every_style() -> None:
    for task in mbpp():
        holds_as_before(task)


def unpassed(trials: Trials, task: Task) -> list[Outcome]:
    job = Job(task.reference, task.entry_point, task.tests_source, tuple(test.name for test in task.tests))
    return [outcome for outcome in trials.of(task).judge(job) if outcome.status is not Status.PASSED]


@pytest.fixture(scope="module")
def trials() -> Iterator[Trials]:
    sandbox = open_sandbox("bubblewrap")
    yield Trials(sandbox)
    sandbox.close()


def mbpp() -> list[Task]:
    """EvalPlus's MBPP+, whose prompts declare no function: the name stands in a sentence and an assert."""
    path = Path(os.environ["EVALKIT_DATA"]) / "MbppPlus.jsonl.gz"
    if not path.is_file():
        pytest.skip(f"EVALKIT_DATA has no {path.name}")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [_mbpp_task(json.loads(line)) for line in lines]


def _mbpp_task(row: dict[str, str]) -> Task:
    name, asserts = row["entry_point"], row["assertion"].strip()
    tests = f"from solution import {name}\n\n\ndef test():\n{textwrap.indent(asserts, '    ')}\n"
    return Task(row["task_id"], name, row["prompt"], tests, (), (), row["canonical_solution"], ())


def holds_as_before(task: Task) -> None:
    """Some published asserts fail for the published solution: they must fail alike."""
    before = _outcome(task)
    for style in STYLES:
        assert _outcome(rename_task(task, style)) == before, f"{task.id} in {style}"
        assert_goes_back(task, style)


def _outcome(task: Task) -> Status:
    (outcome,) = TrustedSandbox().judge(Job(task.reference, task.entry_point, task.tests_source, ("test",)))
    return outcome.status


def passes(task: Task) -> None:
    """The published test accepts the reference, and no candidate that returns nothing."""
    solution = ModuleType("solution")
    tests: dict[str, Any] = {}
    sys.modules["solution"] = solution
    try:
        exec(task.reference, solution.__dict__)
        exec(task.tests_source, tests)
        tests["check"](getattr(solution, task.entry_point))
        with pytest.raises((AssertionError, TypeError)):
            tests["check"](lambda *values: None)
    finally:
        del sys.modules["solution"]
