"""The program in a completion that goes on from the task's source."""

from evalkit.extraction.answers import from_answer
from evalkit.extraction.fences import reasoning_end
from evalkit.extraction.programs import code_lines, declared_until, without_end_marks, without_mixed_tabs
from evalkit.extraction.statements import statements
from evalkit.types import Extraction, Prompt, Task

REPEATED = "cut the prompt where the completion repeats it"


def from_continuation(completion: str, task: Task, prompt: Prompt) -> Extraction:
    """The task's source and what goes on from it. See `extract_solution`."""
    reasoned = reasoning_end(completion, opened=True)
    rest = completion[reasoned:].lstrip("\n") if reasoned else completion
    cuts = ("cut the reasoning",) if reasoned else ()
    reasoning = (0, reasoned) if reasoned else None
    rest, ends = without_end_marks(rest)
    rest, repeats = _without_repetition(rest, task.prompt)
    # What stands before the task's source in the text (other tasks as examples) is not part of the program.
    head = task.prompt.rstrip() + prompt.text[len(prompt.text.rstrip()) :]
    program, tabs = without_mixed_tabs(head + rest)
    end, reason = declared_until(program, len(head), task.entry_point)
    cuts = (*cuts, *ends, *repeats, *tabs, *reason)
    added = program[len(head) : end]
    if code_lines(added):
        return Extraction(program[:end].rstrip() + "\n", cuts, added.rstrip() + "\n", reasoning)
    if "```" in completion or "~~~" in completion:
        answer = from_answer(completion, task)
        return Extraction(
            answer.solution, ("read as an answer in Markdown", *answer.cuts), answer.extracted, answer.reasoning
        )
    return Extraction(None, (*cuts, "no solution: the completion adds no code"), None, reasoning)


def _without_repetition(completion: str, source: str) -> tuple[str, tuple[str, ...]]:
    """The completion after the task's source, or the last definitions of it, where the model wrote them again."""
    text = completion.lstrip("\n")
    for statement in statements(source):
        repeated = source[statement.start :].rstrip()
        if text.startswith(repeated + "\n"):
            return text[len(repeated) + 1 :], (REPEATED,)
    return completion, ()
