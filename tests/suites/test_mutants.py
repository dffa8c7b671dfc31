"""Mutants of a reference, and which of them no test notices."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from trusted_sandbox import TrustedSandbox

from evalkit.suites import load_suite
from evalkit.suites.mutants import mutants, surviving_mutants
from evalkit.types import Task

SOURCE = '''
def drain(queue, limit=10, *, strict=True):
    """Empties a queue."""
    taken = []
    while queue and len(taken) < limit:
        if queue.closed():
            raise ValueError("closed")
        if not queue[0]:
            break
        taken.append(queue.pop() + 1)
    return taken
'''


@pytest.fixture
def task(suite_folder: Path) -> Task:
    return load_suite(str(suite_folder)).tasks[0]


def test_every_kind_of_change_is_made_once() -> None:
    assert sorted((mutant.line, mutant.change) for mutant in mutants(SOURCE)) == [
        (2, "10 -> 11"),
        (2, "True -> False"),
        (5, "len(taken) < limit -> len(taken) <= limit"),
        (5, "queue and len(taken) < limit -> queue or len(taken) < limit"),
        (6, "if queue.closed(): -> if not queue.closed():"),
        (7, "left out raise ValueError('closed')"),
        (8, "0 -> 1"),
        (8, "not queue[0] -> not not queue[0]"),
        (9, "left out break"),
        (10, "1 -> 2"),
        (10, "left out taken.append(queue.pop() + 1)"),
        (10, "queue.pop() + 1 -> queue.pop() - 1"),
    ]


def test_each_mutant_is_valid_and_differs_from_all_others() -> None:
    sources = [mutant.source for mutant in mutants(SOURCE)]
    assert len({ast.dump(ast.parse(source)) for source in (SOURCE, *sources)}) == len(sources) + 1


def test_mutants_that_a_test_notices_are_not_listed(task: Task) -> None:
    assert list(surviving_mutants(task, TrustedSandbox())) == []


def test_a_mutant_that_passes_every_test_is_listed(task: Task) -> None:
    reference = "def halve(number):\n    if number == 77:\n        return None\n    return number / 2\n"
    assert list(surviving_mutants(replace(task, reference=reference), TrustedSandbox())) == [
        "small/halve: no test notices in line 2 of the reference: 77 -> 78"
    ]
