"""What prompts show is true: every example holds for the reference."""

import doctest

import pytest

from evalkit.suites import load_suite
from evalkit.suites.check import prompt_examples
from evalkit.types import Task

TASKS = [task for name in ("starter", "production") for task in load_suite(name).tasks]
FLAGS = doctest.IGNORE_EXCEPTION_DETAIL  # prompts promise the kind of an error, not its text


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_examples_of_the_prompt_hold_for_the_reference(task: Task) -> None:
    solution: dict[str, object] = {"__name__": "solution"}
    exec(compile(task.reference, "reference.py", "exec"), solution)
    examples = doctest.DocTest(prompt_examples(task.prompt), solution, task.id, None, 0, None)
    told: list[str] = []
    results = doctest.DocTestRunner(optionflags=FLAGS).run(examples, out=told.append)
    assert results.attempted > 0
    assert results.failed == 0, "".join(told)
