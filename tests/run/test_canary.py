"""A run is not begun with a sandbox that gives wrong verdicts."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from evalkit.errors import SandboxFailed, SandboxUnavailable
from evalkit.run.canary import check_canaries
from evalkit.suites import load_suite
from evalkit.types import Job, Outcome, Requirement, Status, Suite, Task, Test

TESTS = (Test("test_first", "works", False), Test("test_second", "works", False))
PUBLISHED = Task("T/0", "add", "", "", (Requirement("works", "", "stated"),), TESTS, "# reference", ())


class FixedSandbox:
    """Gives the reference's solution one status and every other solution another."""

    name = "fixed"
    isolates = True
    workers = 1

    def __init__(self, reference: Status, wrong: Status) -> None:
        self.reference, self.wrong = reference, wrong
        self.jobs: list[Job] = []

    def describe(self) -> Mapping[str, object]:
        return {}

    def close(self) -> None:
        """Nothing is open."""

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        self.jobs.append(job)
        status = self.reference if job.solution == self.jobs[0].solution else self.wrong
        return tuple(Outcome(test, status, "so it says") for test in job.plan)


@pytest.fixture
def suite(tiny_suite: Path) -> Suite:
    return load_suite(str(tiny_suite))


@pytest.mark.parametrize("wrong", [Status.FAILED, Status.ERROR, Status.TIMEOUT])
def test_a_sandbox_that_tells_right_from_wrong_is_accepted(suite: Suite, wrong: Status) -> None:
    sandbox = FixedSandbox(Status.PASSED, wrong)
    check_canaries(suite, sandbox)
    solutions = dict.fromkeys(job.solution for job in sandbox.jobs)
    assert list(solutions) == [suite.tasks[0].reference, suite.tasks[0].known_wrong[0].source]


@pytest.mark.parametrize(
    ("reference", "wrong", "said"),
    [
        (Status.ERROR, Status.FAILED, "reference of tiny/double_it: test_zero: error (so it says), not passed"),
        (Status.PASSED, Status.PASSED, "known-wrong 'same' of tiny/double_it: it passed every test of changes"),
        (Status.UNSCORED, Status.FAILED, "reference of tiny/double_it: test_zero: unscored (so it says)"),
        (Status.PASSED, Status.UNSCORED, "known-wrong 'same' of tiny/double_it: test_zero: unscored (so it says)"),
    ],
)
def test_any_other_is_refused_with_the_reason(suite: Suite, reference: Status, wrong: Status, said: str) -> None:
    with pytest.raises(SandboxUnavailable) as caught:
        check_canaries(suite, FixedSandbox(reference, wrong))
    assert said in str(caught.value)
    assert "nothing was begun" in str(caught.value)


def test_a_sandbox_that_breaks_is_refused(suite: Suite) -> None:
    class Breaks(FixedSandbox):
        def judge(self, job: Job) -> tuple[Outcome, ...]:
            raise SandboxFailed("the engine went away")

    with pytest.raises(SandboxUnavailable, match="the engine went away"):
        check_canaries(suite, Breaks(Status.PASSED, Status.FAILED))


def test_without_known_wrongs_a_solution_that_returns_nothing_must_fail_the_first_test() -> None:
    sandbox = FixedSandbox(Status.PASSED, Status.FAILED)
    check_canaries(Suite("s", "", (PUBLISHED,)), sandbox)
    reference, nothing = sandbox.jobs
    assert (reference.solution, reference.plan) == ("# reference", ("test_first",))
    defined: dict[str, object] = {}
    exec(nothing.solution, defined)
    assert callable(defined["add"])
    assert defined["add"](1, b=2) is None
    with pytest.raises(SandboxUnavailable, match="'returns_nothing' of T/0: it passed every test of works"):
        check_canaries(Suite("s", "", (PUBLISHED,)), FixedSandbox(Status.PASSED, Status.PASSED))
