"""From a completion to the program that is executed, with a reason for everything cut or added.

Nothing here parses or runs what the model wrote, so no text can crash it or make it slow. A program with a
syntax error is still a solution when it plausibly defines the entry point: it is judged, and fails.
"""

from evalkit.extraction.answers import from_answer
from evalkit.extraction.continuations import from_continuation
from evalkit.extraction.sources import extraction_hash
from evalkit.extraction.whole_programs import from_program
from evalkit.types import Extraction, Prompt, Task

__all__ = ["extract_solution", "extraction_hash"]


def extract_solution(completion: str, task: Task, prompt: Prompt) -> Extraction:
    """The program in a completion, found where the prompt expects it.

    Continuation: the task's source and the completion up to the first top-level statement that declares nothing.
    Block: the fenced block (or bare code) that defines the entry point, without demonstrations after it;
    a body alone is put under the prompt's source, and declarations of the prompt it leaves out are added.
    Last-block: the same, and what stands before the block is reasoning.
    A task that is a program has no entry point: its solution is the last block, or all that goes on from the prompt.
    `solution` is None, and `cuts` says why, when nothing defines the entry point.

    >>> task = Task("s/one", "one", 'def one():\\n    "Return 1."\\n', "", (), (), "", ())
    >>> found = extract_solution("    return 1\\n\\nprint(one())\\n", task, Prompt("base", task.prompt))
    >>> found.solution, found.cuts
    ('def one():\\n    "Return 1."\\n    return 1\\n', ("cut from 'print(one())' on",))
    >>> found.extracted
    '    return 1\\n'
    """
    if task.judging == "program":
        return from_program(completion, task, prompt)
    expected = prompt.solution or ("block" if prompt.mode == "chat" else "continuation")
    if expected == "continuation":
        return from_continuation(completion, task, prompt)
    return from_answer(completion, task, prompt.prefill, reasons=expected == "last-block")
