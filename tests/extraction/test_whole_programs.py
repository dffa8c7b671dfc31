"""Solutions that are programs: no name tells them, so place and fences do."""

import pytest

from evalkit.extraction import extract_solution
from evalkit.types import Prompt, Task

TASK = Task("p/one", "", 'import math\n\n"""Print the root."""\n', "", (), (), "", (), judging="program")
CHAT, BASE = Prompt("chat", "?", prefill="```python\n"), Prompt("base", TASK.prompt)
LOOP = "for line in open(0):\n    print(line)\n"


@pytest.mark.parametrize(
    ("prompt", "completion", "solution"),
    [
        (CHAT, LOOP + "```\nThis prints.", LOOP),
        (CHAT, LOOP, LOOP),  # cut off before the fence
        (CHAT, "x = 1\n```\nBetter:\n```python\n" + LOOP + "```", LOOP),
        (CHAT, "print(math.pi)\n```", "import math\nprint(math.pi)\n"),
        (BASE, LOOP, LOOP),
        (BASE, "<think>\nHm.\n</think>\n" + LOOP, LOOP),
        (BASE, "```python\n" + LOOP + "```\nDone.", LOOP),
        (BASE, "if __name__ == '__main__':\n    print(input())\n", "if __name__ == '__main__':\n    print(input())\n"),
        (BASE, "# nothing\n", None),
        (Prompt("chat", "?"), "I cannot.", None),
    ],
)
def test_the_program_is_found(prompt: Prompt, completion: str, solution: str | None) -> None:
    found = extract_solution(completion, TASK, prompt)
    assert found.solution == solution
    assert solution is not None or "no solution" in found.cuts[-1]


def test_what_was_added_is_told_and_kept_apart() -> None:
    found = extract_solution("print(math.pi)\n```", TASK, CHAT)
    assert found.cuts == ("added the prompt's 'import math'",)
    assert found.extracted == "print(math.pi)\n"
