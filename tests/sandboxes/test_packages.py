"""Packages that tasks ask for: loaded before the fork, for their tasks alone; a missing one is no solution's fault."""

from collections.abc import Iterator

import pytest

from evalkit.errors import SandboxFailed
from evalkit.sandboxes import packages
from evalkit.sandboxes.subprocess import SubprocessSandbox
from evalkit.types import Job, Status

LOADED = """import sys

BEFORE = [name for name in ("dayloom", "rowmill") if name in sys.modules]


def loaded():
    return BEFORE
"""
TESTS = "from solution import loaded\n\n\ndef test_it():\n    assert loaded() == {}\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SubprocessSandbox]:
    opened = SubprocessSandbox()
    yield opened
    opened.close()


@pytest.mark.parametrize("wanted", [("rowmill",), ("dayloom", "rowmill"), ()])
def test_a_candidate_begins_with_what_its_task_asks_for_and_nothing_else(
    sandbox: SubprocessSandbox, wanted: tuple[str, ...]
) -> None:
    job = Job(LOADED, "loaded", TESTS.format(list(wanted)), ("test_it",), packages=wanted)
    assert [outcome.status for outcome in sandbox.judge(job)] == [Status.PASSED]


def test_a_package_that_cannot_be_loaded_fails_the_sandbox_and_no_solution(
    sandbox: SubprocessSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(packages.ON_DEMAND, "no_such_module", ("numpy",))
    job = Job(LOADED, "loaded", TESTS.format([]), ("test_it",), packages=("no_such_module",))
    with pytest.raises(SandboxFailed, match=r"cannot load no_such_module, which the tests need: ModuleNotFoundError"):
        sandbox.judge(job)


def test_the_packages_of_the_environment_are_named_by_their_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    before = packages.packages_key()
    assert packages.packages_key() == before
    monkeypatch.setitem(packages.ON_DEMAND, "click", ("click",))
    assert packages.packages_key() != before
