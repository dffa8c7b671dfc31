"""Tests that run inside the solution's process: they may patch what it uses, and it may forge what they say."""

import pytest

from evalkit.sandboxes import open_sandbox
from evalkit.sandboxes.subprocess import SubprocessSandbox
from evalkit.types import Job, Limits, Outcome, Status

SOLUTION = """
import time

def f(seconds):
    time.sleep(seconds)
    print("slept")
    return seconds
"""
PATCHING = """
import contextlib, io, time
import pytest
from unittest.mock import patch
from solution import f

def test_patch():
    slept, printed = [], io.StringIO()
    with patch("time.sleep", slept.append), contextlib.redirect_stdout(printed):
        assert f(1000) == 1000
    assert (slept, printed.getvalue()) == ([1000], "slept\\n")
"""


@pytest.fixture
def judge(unisolated: SubprocessSandbox):
    def run(solution: str, tests: str, name: str = "test_it", **limits: float) -> Outcome:
        job = Job(solution, "f", tests, (name,), Limits(cpu_seconds=2.0, wall_seconds=4.0), "shared")
        (outcome,) = unisolated.judge(job)
        return outcome

    return run


def test_what_both_processes_have_is_patched_for_the_solution(judge, unisolated: SubprocessSandbox) -> None:
    assert judge(SOLUTION, PATCHING, "test_patch").status is Status.PASSED
    apart = Job(SOLUTION, "f", PATCHING, ("test_patch",), Limits(cpu_seconds=1.0, wall_seconds=1.0))
    assert unisolated.judge(apart)[0].status is Status.TIMEOUT  # the solution's own time.sleep was left as it is


ISOLATING = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ("docker", "bubblewrap")]


@pytest.mark.parametrize("name", ISOLATING)
def test_pytest_is_there_for_it_wherever_solutions_are_isolated(name: str) -> None:
    sandbox = open_sandbox(name)
    try:
        (outcome,) = sandbox.judge(Job(SOLUTION, "f", PATCHING, ("test_patch",), judging="shared"))
    finally:
        sandbox.close()
    assert outcome.status is Status.PASSED, outcome


BODIES = [
    ("assert f() == 2", "return 1", Status.FAILED, "assert 1 == 2"),
    ("with pytest.raises(ValueError): f()", "return 1", Status.FAILED, "DID NOT RAISE"),
    ("f()", "return 1 / 0", Status.ERROR, "raised ZeroDivisionError: division by zero"),
    ("f()", "assert False, 'own'", Status.ERROR, "raised AssertionError: own"),
    ("f()", "raise SystemExit(0)", Status.ERROR, "raised SystemExit: 0"),
    ("f()", "raise MemoryError", Status.OUT_OF_MEMORY, "raised MemoryError"),
    ("f()", "__import__('os')._exit(0)", Status.ERROR, "exit code 0 before the test was over"),
    ("f()", "__import__('os').kill(__import__('os').getpid(), 11)", Status.CRASHED, "SIGSEGV"),
    ("pytest.skip('no')", "return 1", Status.ERROR, "raised Skipped: no"),
    ("yield", "return 1", Status.ERROR, "asynchronous or a generator"),
    ("f()", "while True: pass", Status.TIMEOUT, "not over after 2 s"),
]


@pytest.mark.parametrize(("test", "body", "status", "message"), BODIES, ids=[body for _, body, _, _ in BODIES])
def test_what_became_of_it(judge, test: str, body: str, status: Status, message: str) -> None:
    outcome = judge(f"def f():\n    {body}\n", f"import pytest\nfrom solution import f\n\ndef test_it():\n    {test}\n")
    assert outcome.status is status, outcome
    assert message in outcome.message


def test_each_test_has_a_process_of_its_own(unisolated: SubprocessSandbox) -> None:
    tests = "import solution\n\ndef test_a():\n    assert solution.calls == []\n    solution.calls.append(1)\n"
    job = Job("calls = []\n", "f", tests + tests.replace("test_a", "test_b"), ("test_a", "test_b"), judging="shared")
    assert [outcome.status for outcome in unisolated.judge(job)] == [Status.PASSED, Status.PASSED]


def test_humanevals_form(judge) -> None:
    tests = "def check(candidate):\n    assert candidate() == 1\n"
    assert judge("def f():\n    return 1\n", tests, "check").status is Status.PASSED


def test_a_solution_can_forge_it(judge) -> None:
    forging = "import shared\nshared.call_test = lambda *arguments: None\n\ndef f():\n    return 1\n"
    assert judge(forging, "from solution import f\n\ndef test_it():\n    assert f() == 2\n").status is Status.PASSED


def test_what_it_says_must_be_a_verdict(judge) -> None:
    forging = "import shared\nshared._told = lambda error: ('unscored', 'x')\n\ndef f():\n    return 1\n"
    outcome = judge(forging, "from solution import f\n\ndef test_it():\n    assert f() == 2\n")
    assert (outcome.status, outcome.message) == (Status.ERROR, "gave no verdict of a test in its own process")
