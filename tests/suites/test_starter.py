"""The starter suite keeps its own promises in the sandboxes it is judged in."""

from collections.abc import Iterator

import pytest

from evalkit.sandboxes import open_sandbox
from evalkit.suites import load_suite
from evalkit.suites.check import check_task
from evalkit.types import Sandbox, Task

ENGINES = [
    pytest.param("docker", marks=pytest.mark.docker),
    pytest.param("bubblewrap", marks=pytest.mark.bubblewrap),
]


@pytest.fixture(scope="module", params=ENGINES)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    opened = open_sandbox(request.param)
    yield opened
    opened.close()


@pytest.mark.parametrize("task", load_suite("starter").tasks, ids=lambda task: task.id)
def test_reference_and_known_wrongs_come_out_as_declared(sandbox: Sandbox, task: Task) -> None:
    assert check_task(task, sandbox) == ()
