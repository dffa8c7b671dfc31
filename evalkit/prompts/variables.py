"""What a template can speak of: the task's own texts, its examples, and other tasks as examples. No hidden test."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from evalkit.types import Task

NAMES = ("source", "entry_point", "title", "requirements", "examples", "shots")


@dataclass(frozen=True, slots=True)
class Shot:
    """Another task of the suite with its answer."""

    source: str
    solution: str


def variables(task: Task, shots: Sequence[Task] = ()) -> Mapping[str, Any]:
    """The value of each of NAMES for one task."""
    return {
        "source": ended(task.prompt),
        "entry_point": task.entry_point,
        "title": task.title,
        "requirements": task.requirements,
        "examples": example_sources(task),
        "shots": tuple(Shot(ended(shot.prompt), ended(shot.reference)) for shot in shots),
    }


def ended(text: str) -> str:
    """The text with exactly one newline at its end, so that the model goes on at the start of a line.

    Blank space after the newline would keep the body's own indentation from being one token. A model whose
    tokenizer joins the newline itself to that indentation drops it when it renders the prompt.
    """
    return text.rstrip() + "\n"


def example_sources(task: Task) -> tuple[str, ...]:
    """The source of each test that is an example, without its marks; hidden tests are left out."""
    names = {test.name for test in task.tests if test.example}
    if not names:  # published suites have no examples, and sources of megabytes
        return ()
    lines = task.tests_source.split("\n")
    functions = (node for node in ast.parse(task.tests_source).body if isinstance(node, ast.FunctionDef))
    return tuple(
        "\n".join(lines[function.lineno - 1 : function.end_lineno]) + "\n"
        for function in functions
        if function.name in names
    )


def choose_shots(task_id: str, others: Iterable[str], count: int) -> tuple[str, ...]:
    """The ids of the tasks to show with a task: the same for every cell, sample and machine.

    Ordered by a hash of both ids, so that no task is shown with all the others.
    """
    candidates = (other for other in others if other != task_id)
    return tuple(sorted(candidates, key=lambda other: sha256(f"{task_id}\0{other}".encode()).digest())[:count])
