"""Fenced code blocks of an answer, and its reasoning: Markdown as models write it. Never fails, linear."""

import re
from dataclasses import dataclass

_FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,})([^\n`]*)$", re.MULTILINE)
_REASONING = re.compile(r"\s*<(think|thinking|thought|reasoning)>")
_LINE_END = re.compile(r"[ \t]*\n")
_REASONING_END = re.compile(r"</(?:think|thinking|thought|reasoning)>[ \t]*(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its code without the fence's own indentation, and where it lies, fences included."""

    code: str
    closed: bool
    start: int
    end: int


def reasoning_end(completion: str, opened: bool = False) -> int:
    """Where the completion's reasoning (`<think>...</think>`) ends; 0 when there is none.

    Reasoning that never ends takes everything with it. An end alone counts too, unless `opened` is asked for: some
    chat templates open the reasoning themselves.
    """
    if opening := _REASONING.match(completion):
        tag = f"</{opening[1]}>"
        end = completion.find(tag, opening.end())
        return len(completion) if end < 0 else _next_line(completion, end + len(tag))
    ends = [] if opened else [match.end() for match in _REASONING_END.finditer(completion)]
    return ends[-1] if ends else 0


def _next_line(text: str, position: int) -> int:
    """Behind the line's end when nothing but blank space is left of the line, else the position itself."""
    blank = _LINE_END.match(text, position)
    return blank.end() if blank else position


def fenced_blocks(answer: str) -> list[Block]:
    """The code blocks, in order. A fence with a language inside an open block begins the next block."""
    blocks: list[Block] = []
    opening: re.Match[str] | None = None
    for fence in _FENCE.finditer(answer):
        if opening is None:
            opening = fence
        elif not _inside(fence, opening):
            closes = not _names_language(fence)
            blocks.append(_block(answer, opening, fence.start(), fence.end() if closes else None))
            opening = None if closes else fence
    if opening is not None:
        blocks.append(_block(answer, opening, len(answer), None))
    return blocks


def _inside(fence: re.Match[str], opening: re.Match[str]) -> bool:
    """Whether a fence is part of the code, such as of a docstring: CommonMark's rule for closing fences."""
    deeper = len(fence[1].expandtabs(4)) > len(opening[1].expandtabs(4)) + 3
    return deeper or not fence[2].startswith(opening[2])


def _names_language(fence: re.Match[str]) -> bool:
    """```` ```python ```` opens a block; ```` ``` And then ```` closes one and goes on in prose."""
    return fence[3] != "" and not fence[3][0].isspace()


def _block(answer: str, opening: re.Match[str], end: int, closed_at: int | None) -> Block:
    code, indent = answer[opening.end() + 1 : end], len(opening[1])
    if indent:  # in a list item the code is indented as its fence is
        code = re.sub(rf"^[ \t]{{1,{indent}}}", "", code, flags=re.MULTILINE)
    return Block(code, closed_at is not None, opening.start(), closed_at or end)
