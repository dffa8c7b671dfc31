"""Sandboxes that stay open for the whole session, and the runner's own modules."""

import sys
from collections.abc import Callable, Iterator

import pytest

from evalkit.registry import data_folder
from evalkit.sandboxes.subprocess import SubprocessSandbox
from evalkit.types import Job, Limits, Outcome

# The runner is no package: inside a sandbox its folder is where Python starts. Last, so that it hides nothing.
sys.path.append(str(data_folder("sandbox") / "runner"))

Judge = Callable[..., dict[str, Outcome]]


@pytest.fixture(scope="session")
def unisolated() -> Iterator[SubprocessSandbox]:
    """Judge and candidate as plain processes: the call protocol without any engine."""
    sandbox = SubprocessSandbox()
    yield sandbox
    sandbox.close()


@pytest.fixture
def judge(unisolated: SubprocessSandbox) -> Judge:
    """judge(solution, tests, *names, **limits) -> outcome by test; without names every test function is planned."""

    def run(solution: str, tests: str, *names: str, **limits: float) -> dict[str, Outcome]:
        plan = names or tuple(line.split("(")[0][4:] for line in tests.splitlines() if line.startswith("def test_"))
        budget = Limits(**({"cpu_seconds": 2.0, "wall_seconds": 6.0} | limits))
        outcomes = unisolated.judge(Job(solution, "f", tests, plan, budget))
        assert tuple(outcome.test for outcome in outcomes) == plan
        return {outcome.test: outcome for outcome in outcomes}

    return run
