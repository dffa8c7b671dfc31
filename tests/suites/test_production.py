"""The production suite is as large and as strict as it says, and its solutions behave as declared."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from evalkit.sandboxes import open_sandbox
from evalkit.suites import load_suite
from evalkit.suites.check import check_task
from evalkit.types import Task

TASKS = load_suite("production").tasks


def test_there_are_forty_tasks_or_more() -> None:
    assert len(TASKS) >= 40


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_a_task_has_many_sides(task: Task) -> None:
    assert len(task.requirements) >= 4
    assert any(requirement.kind == "implied" for requirement in task.requirements)
    assert len(task.known_wrong) >= 2
    hidden = {test.requirement for test in task.tests if not test.example}
    assert hidden == {requirement.id for requirement in task.requirements}


@pytest.mark.slow
@pytest.mark.bubblewrap
def test_references_and_known_wrongs_come_out_as_declared() -> None:
    sandbox = open_sandbox("bubblewrap", 2)
    try:
        with ThreadPoolExecutor(2) as pool:
            findings = [each for found in pool.map(lambda task: check_task(task, sandbox), TASKS) for each in found]
    finally:
        sandbox.close()
    assert findings == []
