"""The suite `libraries`: the same kinds of task for well-known, rare and unseen libraries, each with its own page."""

import ast
import importlib.util
from collections import Counter
from collections.abc import Iterator

import pytest

from evalkit.errors import SandboxUnavailable
from evalkit.prompts.context import in_context
from evalkit.sandboxes import open_sandbox
from evalkit.sandboxes.packages import ON_DEMAND, own_libraries, require_packages
from evalkit.suites import load_suite
from evalkit.suites.check import check_task
from evalkit.types import Context, Prompt, Sandbox, Task

SUITE = load_suite("libraries")
FAMILIARITIES = ("rare", "unseen", "well-known")


@pytest.fixture(scope="module")
def boxes() -> Iterator[Sandbox]:
    sandbox = open_sandbox("bubblewrap")
    yield sandbox
    sandbox.close()


@pytest.mark.bubblewrap
@pytest.mark.parametrize("task", SUITE.tasks, ids=lambda task: task.id)
def test_reference_and_known_wrongs_come_out_as_declared(boxes: Sandbox, task: Task) -> None:
    assert check_task(task, boxes) == ()


@pytest.mark.docker
def test_packages_are_in_the_image_too() -> None:
    chosen = [task for task in SUITE.tasks if task.id in ("libraries/join_pandas", "libraries/gaps_dayloom")]
    sandbox = open_sandbox("docker")
    try:
        assert [check_task(task, sandbox) for task in chosen] == [(), ()]
    finally:
        sandbox.close()


def kind_of(task: Task) -> str:
    return task.tags[0]


def test_every_kind_of_task_is_there_for_every_familiarity() -> None:
    kinds = {kind_of(task) for task in SUITE.tasks}
    pairs = Counter((kind_of(task), task.library.familiarity) for task in SUITE.tasks if task.library)
    assert len(kinds) >= 6 and set(pairs.values()) == {1}
    assert set(pairs) == {(kind, familiarity) for kind in kinds for familiarity in FAMILIARITIES}


def test_tasks_of_one_kind_ask_for_the_same() -> None:
    for kind in {kind_of(task) for task in SUITE.tasks}:
        same = [task for task in SUITE.tasks if kind_of(task) == kind]
        assert len({task.requirements for task in same}) == 1
        assert len({tuple(test.name for test in task.tests) for task in same}) == 1


def test_the_libraries_are_of_the_sorts_they_are_meant_to_be() -> None:
    found = {task.library.name: task.library.familiarity for task in SUITE.tasks if task.library}
    assert {name for name, familiarity in found.items() if familiarity == "unseen"} == set(own_libraries())
    assert {"numpy", "pandas"} <= {name for name, familiarity in found.items() if familiarity == "well-known"}
    for name in own_libraries():
        assert importlib.util.find_spec(name) is None  # only inside a sandbox


def prompt_of(task: Task, retrieval: str) -> str:
    context = Context(retrieval="on" if retrieval == "on" else "off")
    return in_context(Prompt("chat", task.prompt), task, context, ()).text


@pytest.mark.parametrize("task", SUITE.tasks, ids=lambda task: task.id)
def test_what_a_search_finds_tells_what_the_reference_needs(task: Task) -> None:
    assert task.library is not None
    without, shown = prompt_of(task, "off"), prompt_of(task, "on")
    assert without == task.prompt and shown.endswith(task.prompt)
    found = shown.removesuffix(task.prompt)
    for name in library_names(task):
        assert name in found, f"no passage tells of {name}"
    others = {each.library.name for each in SUITE.tasks if each.library} - {task.library.name}
    assert not [name for name in others if f"{name}.md" in found]


def library_names(task: Task) -> set[str]:
    """Attributes and keywords of the reference, but for those of plain Python objects, and of annotations."""
    tree = ast.parse(task.reference)
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    keywords = {each.arg for node in ast.walk(tree) if isinstance(node, ast.Call) for each in node.keywords}
    plain = {name for kind in (list, dict, set, str) for name in dir(kind)} | {"ndarray", None}
    return {str(name) for name in (attributes | keywords) - plain}


def test_a_package_that_is_not_installed_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ON_DEMAND, "petl", ("no-such-distribution",))
    with pytest.raises(SandboxUnavailable, match=r"not installed: no-such-distribution\. Run: pip install"):
        require_packages(["pandas", "petl"])
    with pytest.raises(SandboxUnavailable, match=r"No sandbox offers the package 'pandsa'\. Known: .*pandas"):
        require_packages(["pandsa"])
