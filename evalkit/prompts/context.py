"""What stands before the question: filler, the task's own context somewhere in it, and what a search finds.

Chat: the files under headings, then the message. Base: the same as Python source, with prose in comments, so that
the whole is a file that goes on.
"""

from collections.abc import Sequence
from dataclasses import replace

from evalkit.prompts.filler import file_lines, gaps, heading
from evalkit.prompts.retrieval import most_relevant, passages
from evalkit.types import Context, Document, Mode, Position, Prompt, Task

NOTES = "NOTES.md"  # what the task's own context is called among the files


def in_context(prompt: Prompt, task: Task, context: Context, filler: Sequence[Document]) -> Prompt:
    """The prompt with its context before it. `filler` is what `filler_files` gives for the context and the model.

    A task without a context of its own gets the filler alone.
    """
    files = _files(prompt.mode, task.context, context.position, filler)
    found = _found(task, filler) if context.retrieval == "on" else ()
    before = (_framed(prompt.mode, "files", files) if files else "") + _passages(prompt.mode, found)
    return replace(prompt, text=before + prompt.text)


def _files(mode: Mode, notes: str, position: Position, filler: Sequence[Document]) -> str:
    lines = list(file_lines(mode, filler))
    if not notes:
        return "".join(lines)
    middle = min(gaps(mode, filler), key=lambda at: abs(at - len(lines) // 2), default=0)
    cut = {"start": 0, "middle": middle, "end": len(lines)}[position]
    blank = ["\n"] if cut and lines[cut - 1].strip() else []
    return "".join([*lines[:cut], *blank, heading(mode, NOTES), _prose(mode, notes), "\n", *lines[cut:]])


def _found(task: Task, filler: Sequence[Document]) -> tuple[Document, ...]:
    """Without filler the notes stand right before the question anyway, and only the task's documents are searched."""
    notes = [Document(NOTES, task.context)] if filler else []
    return most_relevant(task.prompt, tuple(passages([*task.documents, *notes, *filler])))


def _passages(mode: Mode, found: Sequence[Document]) -> str:
    texts = [heading(mode, each.name) + _prose(mode, each.text) + "\n" for each in found]
    return _framed(mode, "passages", "".join(texts)) if texts else ""


def _framed(mode: Mode, kind: str, text: str) -> str:
    if mode == "base":
        return f"{text.rstrip()}\n\n\n"
    opening = {
        "files": "These are files of the project that the code belongs to.",
        "passages": "These passages were found by a search for what the code is about.",
    }[kind]
    return f"{opening}\n\n{text.rstrip()}\n\n=== end of {kind} ===\n\n"


def _prose(mode: Mode, text: str) -> str:
    """The text as it is, or as comments of a Python source."""
    lines = text.strip("\n").split("\n")
    return "".join(f"# {line}".rstrip() + "\n" if mode == "base" else f"{line}\n" for line in lines)
