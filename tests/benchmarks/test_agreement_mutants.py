"""Broken solutions made from right ones: the same every time, and judged as plain Python judges them."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from evalkit.sandboxes.subprocess import SubprocessSandbox
from evalkit.suites import load_suite
from evalkit.types import Job, Status, Task

# Benchmarks are scripts, whose folder is where Python starts. Last, so that it hides nothing.
sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
from mutants import Mutant, mutants

PROMPT = 'def clamp(value, low):\n    """At least low."""\n'
SOLUTION = "    if value < low:\n        value = low - 0\n    return value\n"


def test_every_kind_of_change() -> None:
    found = {(mutant.kind, mutant.change) for mutant in mutants(PROMPT, SOLUTION, 1000)}
    assert found >= {
        ("comparison", "value < low -> (value <= low)"),
        ("comparison", "value < low -> (value > low)"),
        ("off by one", "value < low -> (value < low + 1)"),
        ("condition", "value < low -> not (value < low)"),
        ("operator", "low - 0 -> (low + 0)"),
        ("constant", "0 -> 1"),
        ("constant", "0 -> (-1)"),
        ("dropped", "value = low - 0 -> pass"),
        ("return", "value -> None"),
        ("return", "value -> [value]"),
    }


def test_mutants_parse_differ_and_keep_the_prompt() -> None:
    found = mutants(PROMPT, SOLUTION, 1000)
    trees = {ast.dump(ast.parse(PROMPT + each.completion)) for each in found}
    assert len(trees) == len(found)
    assert ast.dump(ast.parse(PROMPT + SOLUTION)) not in trees


def test_the_same_mutants_every_time_and_fewer_are_the_first() -> None:
    found = mutants(PROMPT, SOLUTION, 1000)
    assert mutants(PROMPT, SOLUTION, 1000) == found
    assert mutants(PROMPT, SOLUTION, 5) == found[:5]
    assert len({each.kind for each in found[:5]}) == 5


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SubprocessSandbox]:
    opened = SubprocessSandbox()
    yield opened
    opened.close()


def is_right(task: Task, program: str) -> bool:
    """What a Python of its own says, without any of evalkit."""
    checked = f"{program}\n{task.tests_source}\ncheck({task.entry_point})\n"
    return not subprocess.run([sys.executable, "-I", "-c", checked], capture_output=True, timeout=20).returncode


@pytest.mark.skipif(not os.environ.get("EVALKIT_DATA"), reason="EVALKIT_DATA does not name the folder with HumanEval")
def test_judged_as_plain_python_judges(sandbox: SubprocessSandbox) -> None:
    judged = []
    finite = [task for task in load_suite("humaneval").tasks if "while" not in task.reference]
    for task in finite[:10]:
        found = mutants(task.prompt, task.reference[len(task.prompt) :], 3)
        for mutant in [Mutant("", "", task.reference[len(task.prompt) :]), *found]:
            program = task.prompt + mutant.completion
            (outcome,) = sandbox.judge(Job(program, task.entry_point, task.tests_source, ("check",)))
            judged.append(outcome.status is Status.PASSED)
            assert judged[-1] == is_right(task, program), (task.id, mutant.change, outcome)
    assert len(judged) == 40
    assert 10 <= sum(judged) < 20  # most mutants are wrong, and tests notice
