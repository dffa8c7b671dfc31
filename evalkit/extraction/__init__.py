"""From a completion to the program that is executed, with a reason for everything cut or added.

Nothing here parses or runs what the model wrote, so no text can crash it or make it slow. A program with a
syntax error is still a solution when it plausibly defines the entry point: it is judged, and fails.
"""

from evalkit.extraction.answers import from_answer
from evalkit.extraction.programs import code_lines, declared_until, without_mixed_tabs
from evalkit.types import Extraction, Prompt, Task

__all__ = ["extract_solution"]


def extract_solution(completion: str, task: Task, prompt: Prompt) -> Extraction:
    """The program in a completion, in base or chat mode as the prompt says.

    Base: the task's source and the completion up to the first top-level statement that declares nothing.
    Chat: the fenced block (or bare code) that defines the entry point, without demonstrations after it;
    a body alone is put under the prompt's source, and declarations of the prompt it leaves out are added.
    `solution` is None, and `cuts` says why, when nothing defines the entry point.

    >>> task = Task("s/one", "one", 'def one():\\n    "Return 1."\\n', "", (), (), "", ())
    >>> found = extract_solution("    return 1\\n\\nprint(one())\\n", task, Prompt("base", task.prompt))
    >>> found.solution, found.cuts
    ('def one():\\n    "Return 1."\\n    return 1\\n', ("cut from 'print(one())' on",))
    """
    if prompt.mode == "chat":
        return from_answer(completion, task, prompt.prefill)
    # What stands before the task's source in the text (other tasks as examples) is not part of the program.
    head = task.prompt.rstrip() + prompt.text[len(prompt.text.rstrip()) :]
    program, cuts = without_mixed_tabs(head + completion)
    end, reason = declared_until(program, len(head), task.entry_point)
    if code_lines(program[len(head) : end]):
        return Extraction(program[:end].rstrip() + "\n", cuts + reason)
    if "```" in completion:
        answer = from_answer(completion, task)
        return Extraction(answer.solution, ("read as an answer in Markdown", *answer.cuts))
    return Extraction(None, (*cuts, *reason, "no solution: the completion adds no code"))
