"""The context suite: a rule that stands in the notes alone decides, and the notes can be found.

That references and known-wrongs come out as declared is checked here without isolation, for they are the suite's own.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from trusted_sandbox import TrustedSandbox

from evalkit.errors import TaskError
from evalkit.identifiers import rename_task
from evalkit.prompts.retrieval import most_relevant, passages
from evalkit.suites import load_suite, task_hash
from evalkit.suites.check import check_task
from evalkit.types import Document, Task

SUITE = load_suite("context")


@pytest.mark.parametrize("task", SUITE.tasks, ids=lambda task: task.id)
def test_a_solution_that_ignores_the_notes_passes_the_examples_and_fails(task: Task) -> None:
    assert check_task(task, TrustedSandbox()) == ()
    assert task.context
    from_notes = {each.id for each in task.requirements if "said in the notes" in each.text}
    assert any(from_notes <= set(wrong.breaks) for wrong in task.known_wrong)


def test_notes_must_not_give_hidden_tests_away() -> None:
    task = replace(SUITE.tasks[0], context="For example:\n\n    assert format_amount(-4210) == '(42.10)'\n")
    assert any("test_refund is given away" in finding for finding in check_task(task, TrustedSandbox()))


@pytest.mark.parametrize("style", ["snake_case", "opaque", "abbreviated"])
def test_the_notes_are_found_by_what_the_prompt_asks_in_any_identifier_style(style: str) -> None:
    notes = [Document(task.id, task.context) for task in SUITE.tasks]
    for task in SUITE.tasks:
        assert most_relevant(rename_task(task, style).prompt, list(passages(notes)))[0].name == task.id


def test_notes_and_documents_are_read_with_the_suite(tiny_suite: Path) -> None:
    before = {task.id: task_hash(task) for task in load_suite(str(tiny_suite)).tasks}
    (tiny_suite / "double_it" / "context.md").write_text("\n# Notes\n\nTwice.\n\n")
    (tiny_suite / "documents").mkdir()
    (tiny_suite / "documents" / "b.md").write_text("B\n")
    (tiny_suite / "documents" / "a.txt").write_text("A\n")
    (tiny_suite / "documents" / "picture.png").write_bytes(b"\x89PNG")
    tasks = load_suite(str(tiny_suite)).tasks
    assert [task.context for task in tasks] == ["# Notes\n\nTwice.\n", ""]
    assert {task.documents for task in tasks} == {(Document("a.txt", "A\n"), Document("b.md", "B\n"))}
    assert not {task_hash(task) for task in tasks} & set(before.values())


@pytest.mark.parametrize(
    ("content", "complaint"), [(b" \n\n", "context.md: is empty"), (b"a\n\xff", "context.md:2: is not UTF-8")]
)
def test_notes_that_cannot_be_used(tiny_suite: Path, content: bytes, complaint: str) -> None:
    (tiny_suite / "double_it" / "context.md").write_bytes(content)
    with pytest.raises(TaskError, match=complaint):
        load_suite(str(tiny_suite))
