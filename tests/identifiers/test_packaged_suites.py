"""The tasks of every packaged suite in every style: they go back, and judged they come out as they should.

`evalkit tasks check SUITE --identifiers all` judges every task in every style; here each task is judged in one.
"""

from collections.abc import Iterator

import pytest
from renamed_back import assert_goes_back

from evalkit.identifiers import rename_task
from evalkit.registry import names
from evalkit.run.trials import Trials
from evalkit.sandboxes import open_sandbox
from evalkit.suites import load_suite, suite_names
from evalkit.suites.check import check_task
from evalkit.types import Task

STYLES = names("identifier style")
TASKS = [task for suite in suite_names() for task in load_suite(suite).tasks]
SAMPLED = 9  # every so many tasks, where all would take minutes


@pytest.fixture(scope="module")
def trials() -> Iterator[Trials]:
    sandbox = open_sandbox("bubblewrap")
    yield Trials(sandbox)
    sandbox.close()


@pytest.mark.parametrize("task", TASKS[::SAMPLED], ids=lambda task: task.id)
def test_a_sample_of_the_tasks_goes_back_from_every_style(task: Task) -> None:
    for style in STYLES:
        assert_goes_back(task, style)


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_every_task_goes_back_from_every_style(task: Task) -> None:
    for style in STYLES:
        assert_goes_back(task, style)


@pytest.mark.bubblewrap
@pytest.mark.parametrize("task", TASKS[::SAMPLED], ids=lambda task: task.id)
def test_a_sample_of_the_tasks_holds_in_one_style(trials: Trials, task: Task) -> None:
    holds_in_its_style(trials, task)


@pytest.mark.slow
@pytest.mark.bubblewrap
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_every_task_holds_in_one_style(trials: Trials, task: Task) -> None:
    holds_in_its_style(trials, task)


def holds_in_its_style(trials: Trials, task: Task) -> None:
    """The styles in turn, so that all have their tasks."""
    style = STYLES[TASKS.index(task) % len(STYLES)]
    renamed = rename_task(task, style)
    assert check_task(renamed, trials.of(renamed)) == ()
