"""The program in a completion whose task is a whole program: it has no entry point by which it could be told."""

from dataclasses import replace

from evalkit.extraction.fences import Block, fenced_blocks, reasoning_end
from evalkit.extraction.programs import code_lines, without_end_marks, without_mixed_tabs
from evalkit.extraction.prompt_parts import add_missing
from evalkit.types import Extraction, Prompt, Task


def from_program(completion: str, task: Task, prompt: Prompt) -> Extraction:
    """The last closed code block; without blocks all there is, where the prompt asks for code at once.

    Imports of the prompt that it uses and does not have are added. See `extract_solution`.
    """
    expected = prompt.solution or ("block" if prompt.mode == "chat" else "continuation")
    start = reasoning_end(completion, opened=expected == "continuation")
    text, cuts = without_end_marks(completion[start:])
    cuts = (*(("cut the reasoning",) if start else ()), *cuts)
    answer = prompt.prefill + text
    blocks = [block for block in fenced_blocks(answer) if code_lines(block.code)]
    if blocks:
        block = _chosen(blocks)
        around = answer[: block.start].strip() or answer[block.end :].strip()
        found = _finished(block.code, task, (*cuts, *(("cut what surrounds the code block",) if around else ())))
    elif expected == "continuation" and code_lines(text):
        found = _finished(text, task, cuts)
    else:
        found = Extraction(None, (*cuts, "no solution: no code block"))
    return replace(found, reasoning=(0, start) if start else None)


def _chosen(blocks: list[Block]) -> Block:
    """A model that corrects itself does so below; a block that was cut off counts where there is no other."""
    return ([block for block in blocks if block.closed] or blocks)[-1]


def _finished(code: str, task: Task, cuts: tuple[str, ...]) -> Extraction:
    code, tabs = without_mixed_tabs(code.strip("\n"))
    extracted = code.rstrip() + "\n"
    program, added = add_missing(extracted, task)
    return Extraction(program, (*cuts, *tabs, *(f"added the prompt's {part!r}" for part in added)), extracted)
