"""What stands before the question: measured filler, the task's own context at its place, passages that are found."""

import ast
import sysconfig
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from evalkit.errors import ConfigError
from evalkit.prompts.context import in_context
from evalkit.prompts.filler import MODULES, file_lines, filler_files
from evalkit.prompts.retrieval import most_relevant, passages, words
from evalkit.types import Context, Document, Mode, Position, Prompt, Task

NOTES = "Money is kept in cents.\nAn amount is rounded half to even, never up.\n"
TASK = Task("s/pay", "pay", 'def pay(amount):\n    """Round an amount."""\n', "", (), (), "", (), context=NOTES)
PROMPTS: dict[Mode, Prompt] = {"base": Prompt("base", TASK.prompt), "chat": Prompt("chat", "Complete this.\n", "```\n")}


def count(text: str) -> int:
    """A tokenizer whose tokens are words."""
    return len(text.split())


def text_of(mode: Mode, context: Context, task: Task = TASK) -> str:
    filler = filler_files(task.id, mode, context.filler_tokens, count)
    prompt = in_context(PROMPTS[mode], task, context, filler)
    assert replace(prompt, text=PROMPTS[mode].text) == PROMPTS[mode]
    return prompt.text


@pytest.mark.parametrize("mode", PROMPTS)
@pytest.mark.parametrize("tokens", [400, 1000, 5000])
def test_filler_is_measured_and_what_is_missing_is_less_than_a_line_or_a_statement(mode: Mode, tokens: int) -> None:
    files = filler_files("s/pay", mode, tokens, count)
    text = "".join(file_lines(mode, files))
    assert tokens * (0.5 if mode == "base" else 0.95) - 10 < count(text) <= tokens
    if mode == "base":
        ast.parse(text)


def test_a_longer_filler_goes_on_where_a_shorter_one_ends_and_tasks_begin_differently() -> None:
    texts = ["".join(file_lines("chat", filler_files("s/pay", "chat", n, count))).rstrip() for n in (200, 900, 3000)]
    assert all(longer.startswith(shorter) for shorter, longer in pairwise(texts))
    assert len({filler_files(f"s/{n}", "chat", 50, count)[0].name for n in range(8)}) > 3


def test_more_filler_than_there_is() -> None:
    with pytest.raises(ConfigError, match=r"filler_tokens is 9999999, but the sources .* have \d+ tokens"):
        filler_files("s/pay", "chat", 9_999_999, count)


def test_every_module_of_the_filler_is_there() -> None:
    folder = Path(sysconfig.get_path("stdlib"))
    assert [name for name in MODULES if not (folder / f"{name}.py").is_file()] == []


@pytest.mark.parametrize("mode", PROMPTS)
@pytest.mark.parametrize(("position", "low", "high"), [("start", 0, 0.1), ("middle", 0.4, 0.6), ("end", 0.9, 1)])
def test_the_notes_stand_where_they_should(mode: Mode, position: Position, low: float, high: float) -> None:
    text = text_of(mode, Context(position, 2000))
    assert text.endswith(PROMPTS[mode].text)
    assert text.count("rounded half to even") == 1
    assert low <= text.index("Money is kept") / text.index(PROMPTS[mode].text) <= high
    if mode == "base":
        ast.parse(text)


@pytest.mark.parametrize("mode", PROMPTS)
def test_positions_differ_in_nothing_but_the_place(mode: Mode) -> None:
    texts = [text_of(mode, Context(position, 2000)) for position in ("start", "middle", "end")]
    assert len({tuple(sorted(line for line in text.split("\n") if line)) for text in texts}) == 1


@pytest.mark.parametrize("mode", PROMPTS)
def test_retrieval_repeats_the_notes_next_to_the_question_and_changes_nothing_else(mode: Mode) -> None:
    without, found = (text_of(mode, Context("start", 2000, retrieval)) for retrieval in ("off", "on"))
    asked = PROMPTS[mode].text
    assert found.startswith(without.removesuffix(asked).rstrip())
    assert found.endswith(asked)
    repeated = found[len(without) - len(asked) :]
    assert repeated.index("rounded half to even") < repeated.index(asked)


def test_without_filler_the_notes_stand_once_and_documents_are_still_found() -> None:
    for retrieval in ("off", "on"):
        assert text_of("chat", Context("end", 0, retrieval)).count("half to even") == 1
    pages = (Document("api.md", "pay rounds an amount."), Document("log.md", "How to write a log."))
    text = text_of("chat", Context("end", 0, "on"), replace(TASK, context="", documents=pages))
    assert "=== api.md ===\npay rounds an amount.\n" in text
    assert "write a log" not in text
    assert text_of("chat", Context(), replace(TASK, context="", documents=pages)) == PROMPTS["chat"].text


def test_nothing_is_put_before_a_task_without_context() -> None:
    assert text_of("base", Context(), replace(TASK, context="")) == TASK.prompt
    assert "NOTES" not in text_of("base", Context("end", 500), replace(TASK, context=""))


def test_names_are_found_by_their_words_in_any_style() -> None:
    assert words("openConnection") == words("open_connection") == words("OPEN_CONNECTION") == ["open", "connection"]
    texts = [Document("a", "Close a file."), Document("b", "How to open a connection."), Document("c", "Files.")]
    assert [each.name for each in most_relevant("def openConnection(): ...", texts)] == ["b"]
    assert most_relevant("nothing alike", texts) == ()
    assert most_relevant("x", []) == ()


def test_equal_passages_are_found_in_their_order() -> None:
    texts = [Document(name, "same words here") for name in "abcdef"]
    assert [each.name for each in most_relevant("words", texts)] == ["a", "b", "c"]


def test_passages_are_cut_between_paragraphs() -> None:
    paragraphs = [f"{letter * 400}." for letter in "abcde"]
    found = list(passages([Document("x", "\n\n".join(paragraphs))]))
    assert [each.text for each in found] == [
        "\n\n".join(paragraphs[:2]),
        "\n\n".join(paragraphs[2:4]),
        paragraphs[4],
    ]
