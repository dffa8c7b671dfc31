"""The program in a chat answer: fenced or bare, whole or only a body, with prose around it."""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import replace

from evalkit.extraction.fences import Block, fenced_blocks, reasoning_end
from evalkit.extraction.programs import (
    declared_until,
    without_demonstrations,
    without_end_marks,
    without_mixed_tabs,
)
from evalkit.extraction.prompt_parts import add_missing, body_indent
from evalkit.extraction.statements import Kind, Statement, statements
from evalkit.types import Extraction, Task

_CODE = re.compile(
    r"(?:return|raise|yield|pass|break|await|nonlocal|global|def|class|import|from|async)\b|[@#\"']"
    r"|(?:if|for|while|with|try)\b[^\n]*:[ \t]*(?:#[^\n]*)?$|[\w.]+(?:\[[^\]\n]*\])?[ \t]*[-+*/|&]?=|[\w.]+\(",
    re.MULTILINE,
)
_GIVES_BACK = re.compile(r"^[ \t]*(?:return|yield)\b", re.MULTILINE)
_FIRST_LINE = re.compile(r"(?:[ \t]*\n)*([ \t]*)([^\n]{0,400})")


def from_answer(completion: str, task: Task, prefill: str = "", reasons: bool = False) -> Extraction:
    """The program in an answer that `prefill` began. See `extract_solution`.

    `reasons`: the prompt asks for reasoning first, so what stands before the block is that.
    """
    start = reasoning_end(completion)
    text, ends = without_end_marks(completion[start:])
    cuts = (*(("cut the reasoning",) if start else ()), *ends)
    answer = prefill + text
    blocks = fenced_blocks(answer)
    found, begins = _from_blocks(answer, blocks, task, cuts) if blocks else _from_bare(answer, task, cuts)
    if reasons:
        start += max(0, begins - len(prefill))
    return replace(found, reasoning=(0, start) if start else None)


def _from_blocks(answer: str, blocks: Sequence[Block], task: Task, cuts: tuple[str, ...]) -> tuple[Extraction, int]:
    """What the blocks hold, and where the one that was taken begins."""
    block = _chosen(blocks, task.entry_point)
    if block is None:
        return _from_body(blocks, task, cuts)
    if answer[: block.start].strip() or answer[block.end :].strip():
        cuts += ("cut what surrounds the code block",)
    return _finished(block.code, task, cuts), block.start


def _chosen(blocks: Sequence[Block], entry_point: str) -> Block | None:
    """The last closed block that defines the entry point: a model that corrects itself does so below."""
    defining = [block for block in blocks if _defines(_dedented(block.code), entry_point)]
    closed = [block for block in defining if block.closed]
    best = closed or defining
    return best[-1] if best else None


def _defines(code: str, name: str) -> bool:
    return any(name in statement.names for statement in statements(code))


def _from_bare(answer: str, task: Task, cuts: tuple[str, ...]) -> tuple[Extraction, int]:
    """Code without a fence, from the first declaration to the first top-level line that is none; where it begins."""
    indented, answer = answer, _dedented(answer)
    if not _defines(answer, task.entry_point):
        return _from_body([Block(answer, True, 0, len(answer))], task, cuts)
    begins = (Kind.DEFINITION, Kind.IMPORT, Kind.ASSIGNMENT, Kind.GUARD)
    start = next(each.start for each in statements(answer) if each.kind in begins)
    if answer[:start].strip():
        cuts += ("cut the text before the code",)
    end, reason = declared_until(answer, start, task.entry_point)
    if not _defines(answer[start:end], task.entry_point):  # prose between an import and the definition
        start = next(each.start for each in statements(answer) if task.entry_point in each.names)
        end, reason = declared_until(answer, start, task.entry_point)
    return _finished(answer[start:end], task, cuts + reason), start if answer == indented else 0


def _from_body(blocks: Sequence[Block], task: Task, cuts: tuple[str, ...]) -> tuple[Extraction, int]:
    """A body without its signature, as when the model goes on where the prompt ended; where its block begins."""
    indent = body_indent(task.prompt)
    for block in blocks:
        if _is_body(block.code):
            code = block.code.strip("\n")
            if _indentation(code) != indent:
                code = textwrap.indent(textwrap.dedent(code), indent)
            program = f"{task.prompt.rstrip()}\n{code}"
            found = _finished(program, task, (*cuts, "put the prompt's code before a body"))
            return replace(found, extracted=block.code.strip("\n") + "\n"), block.start
    return Extraction(None, (*cuts, f"no solution: nothing defines {task.entry_point!r}")), 0


def _is_body(code: str) -> bool:
    first = _FIRST_LINE.match(code)
    if first is None or not _CODE.match(first[2]):
        return False
    return first[1] != "" or any(_gives_back(code, each) for each in statements(code))


def _gives_back(code: str, statement: Statement) -> bool:
    """Whether a statement outside of definitions returns, as only the body of a function may."""
    outside = statement.kind in (Kind.OTHER, Kind.GUARD)
    return outside and _GIVES_BACK.search(code, statement.start, statement.end) is not None


def _finished(code: str, task: Task, cuts: tuple[str, ...]) -> Extraction:
    code, tabs = without_mixed_tabs(_dedented(code).strip("\n"))
    code, demonstrations = without_demonstrations(code, task.entry_point)
    extracted = code.rstrip() + "\n"
    program, added = add_missing(extracted, task)
    additions = tuple(f"added the prompt's {part!r}" for part in added)
    return Extraction(program, (*cuts, *tabs, *demonstrations, *additions), extracted)


def _indentation(code: str) -> str:
    first = _FIRST_LINE.match(code)
    return first[1] if first else ""


def _dedented(code: str) -> str:
    """Without the indentation that the whole of it has."""
    return textwrap.dedent(code) if _indentation(code) else code
