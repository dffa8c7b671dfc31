"""A correct solution in any wrapping that models put around code is recovered byte for byte.

Wrappings are composed at random: reasoning, prose, other blocks, the prompt again, demonstrations, an end that was
cut off, special tokens.
"""

import string
import textwrap
from collections.abc import Callable
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.extraction import extract_solution
from evalkit.types import Extraction, Prompt, Task

PROMPT = '''from collections.abc import Iterable

LIMIT = 100


def clip(numbers: Iterable[int], low: int = 0) -> list[int]:
    """Numbers between `low` and LIMIT.

    >>> clip([-1, 5])
    [0, 5]
    """
'''
BODIES = {
    "plain": "    return [min(max(each, low), LIMIT) for each in numbers]\n",
    "nested": (
        "    found = []\n    for each in numbers:\n        if each < low:\n            each = low\n\n"
        "        # a comment\n        found.append(min(each, LIMIT))\n    return found\n"
    ),
    "strings": '    text = """\ndef clip():\n    ```python\n    ```\n"""  # no fences\n    return [len(text)] * 2\n',
    "marks in quotes": "    ends = ['<|endoftext|>', \"<|im_end|>\"]\n    return ends and '1'\n",
    "helper after": "    return [_one(each) for each in numbers]\n\n\ndef _one(each):\n    return max(each, LIMIT)\n",
    "ends in a quote": "    return [int(each) for each in numbers if each > low or each != '']  # 'odd'\n",
    "brackets": "    return list(\n        map(\n            int,\n            numbers,\n        )\n    )\n",
}
NAMES = st.sampled_from(sorted(BODIES))
TASK = Task("s/clip", "clip", PROMPT, "", (), (), "", ())
BASE = Prompt("base", PROMPT)
CHAT = Prompt("chat", "Complete this.")
PREFILLED = replace(CHAT, prefill="```python\n")
REASONING_FIRST = replace(CHAT, solution="last-block")

Wrap = Callable[[str], str]
SENTENCES = st.lists(
    st.sampled_from(
        [
            "Sure! Here's the code (roughly:",
            "It doesn't [recurse.",
            "1. import nothing",
            "# Explanation",
            "- clip: fast",
            "",
        ]
    )
    | st.text(string.ascii_letters + " ,.!?()[]{}'\":;-+=", max_size=30),
    max_size=4,
).map(lambda lines: "".join(line + "\n" for line in lines))
FENCES = st.tuples(st.sampled_from(["```", "````", "~~~"]), st.sampled_from(["", "python", "py", "Python3"]))
OTHER_BLOCKS = st.sampled_from(
    [
        "",
        "```bash\npip install clip\n```\n",
        "```python\nprint(clip([1, 2]))\n```\n",
        "```\n[0, 5]\n```\n",
        "~~~python\nclass Other:\n    pass\n~~~\n",
    ]
)
EARLIER = st.sampled_from(["", f"```python\n{PROMPT}```\n", "```python\ndef clip(numbers):\n    return 0\n```\n"])
AFTER_CODE = st.sampled_from(
    [
        "",
        "\n\n",
        "\n\n# Example usage\nprint(clip([1]))\n",
        '\n\nif __name__ == "__main__":\n    print(clip([1]))\n',
        "\nassert clip([200]) == [100]\nfor each in clip([1]):\n    print(each)\n",
        "\n\ndef test_clip(",
        "\n\n@pytest.mark.parametrize('numbers', [\n",
    ]
)
THOUGHTS = st.sampled_from(["", "Hm, (what's asked?", "```python\ndef clip(numbers):\n    return 1\n```"])
REASONING = st.sampled_from(["think", "thinking", "reasoning"]).flatmap(
    lambda tag: THOUGHTS.map(lambda thought: f"<{tag}>\n{thought}\n</{tag}>\n\n")
)
MAYBE_REASONING = st.just("") | REASONING
CUT_OFF = st.sampled_from(["", "```python\nfrom x import y\ndef clip(numbers):\n    ret", "And so on, until"])


@st.composite
def block_wrappings(draw: st.DrawFn) -> Wrap:
    """Around a whole program in a fence; what follows a demonstration is another statement, so it may be cut."""
    (fence, language), indent = draw(FENCES), draw(st.sampled_from(["", "   "]))
    before = draw(MAYBE_REASONING) + draw(SENTENCES) + draw(OTHER_BLOCKS) + draw(EARLIER) + draw(SENTENCES)
    inside, after = draw(AFTER_CODE), draw(SENTENCES) + draw(OTHER_BLOCKS) + draw(CUT_OFF)

    def wrap(program: str) -> str:
        block = f"{fence}{language}\n{program}{inside.rstrip()}\n{fence}\n"
        return before + textwrap.indent(block, indent) + after

    return wrap


def recovered(completion: str, prompt: Prompt) -> Extraction:
    found = extract_solution(completion, TASK, prompt)
    assert found.solution is not None, (completion, found.cuts)
    return found


@settings(max_examples=120, deadline=None)
@given(name=NAMES, wrap=block_wrappings())
def test_a_program_in_a_block(name: str, wrap: Wrap) -> None:
    program = PROMPT + BODIES[name]
    assert recovered(wrap(program), CHAT).solution == program


@settings(max_examples=80, deadline=None)
@given(name=NAMES, reasoning=MAYBE_REASONING, wrap=block_wrappings())
def test_reasoning_before_the_block_is_told_apart(name: str, reasoning: str, wrap: Wrap) -> None:
    program = PROMPT + BODIES[name]
    completion = reasoning + wrap(program)
    found = recovered(completion, REASONING_FIRST)
    assert found.solution == program
    answer = completion[found.reasoning[1] if found.reasoning else 0 :].lstrip()
    assert answer.startswith(("```", "~~~"))
    assert found.reasoning is None or found.reasoning[1] <= completion.rindex(program.splitlines()[-1])


@settings(max_examples=120, deadline=None)
@given(
    name=NAMES,
    reasoning=MAYBE_REASONING,
    echo=st.sampled_from(["", "\n", PROMPT, "\n" + PROMPT, PROMPT[PROMPT.index("def clip") :]]),
    after=AFTER_CODE,
    garbage=st.sampled_from(
        ["", "\nThat's (it.\n", "```\nDone.\n", "<|endoftext|>import os\n", "\n<|file_sep|>x.py\n"]
    ),
)
def test_a_continuation(name: str, reasoning: str, echo: str, after: str, garbage: str) -> None:
    completion = reasoning + echo + BODIES[name].rstrip("\n") + (after or "\n") + garbage
    if echo == "\n":
        echo, completion = "", completion.replace("\n", "", 1)  # a blank line of the model's own is its own
    found = recovered(completion, BASE)
    assert found.solution == PROMPT + BODIES[name]
    assert found.extracted == BODIES[name]
    assert (found.reasoning is not None) == bool(reasoning)


@settings(max_examples=50, deadline=None)
@given(
    name=NAMES, after=AFTER_CODE, garbage=st.sampled_from(["", "<|im_end|>\n<|im_start|>user\n", "```\nIt's [fast.\n"])
)
def test_an_answer_begun_with_a_fence(name: str, after: str, garbage: str) -> None:
    program = PROMPT + BODIES[name]
    assert recovered(program + after.rstrip() + "\n" + garbage, PREFILLED).solution == program


def test_tabs_alone_are_kept_and_mixed_ones_mended() -> None:
    body = BODIES["nested"]
    tabbed = body.replace("    ", "\t")
    answer = f"def clip(numbers, low=0):\n{tabbed}"
    assert recovered(f"```\n{answer}```", CHAT).extracted == answer
    assert recovered(tabbed, BASE).solution == PROMPT + body


def test_the_three_texts_are_told_apart() -> None:
    answer = "<think>Hm.</think>\n```python\ndef clip(numbers: Iterable[int], low=0):\n    return [LIMIT]\n```\nDone."
    found = recovered(answer, CHAT)
    assert found.extracted == "def clip(numbers: Iterable[int], low=0):\n    return [LIMIT]\n"
    assert found.solution == f"from collections.abc import Iterable\nLIMIT = 100\n{found.extracted}"
    assert answer[slice(*found.reasoning or (0, 0))] == "<think>Hm.</think>\n"
    assert len(found.cuts) == 4


def test_reasoning_without_an_end_or_a_block() -> None:
    assert extract_solution("<think>clip", TASK, CHAT).reasoning == (0, 11)
    bare = "I would clip.\n\ndef clip(numbers):\n    return []\n"
    assert extract_solution(bare, TASK, REASONING_FIRST).reasoning == (0, bare.index("def"))
    assert extract_solution(bare, TASK, CHAT).reasoning is None
    body = "Hm.\n```\n    return []\n```"
    assert extract_solution(body, TASK, REASONING_FIRST).reasoning == (0, 4)
    found = extract_solution("I would clip.", TASK, REASONING_FIRST)
    assert (found.solution, found.reasoning) == (None, None)
    in_prefill = extract_solution(
        "a\n```\nHm.\n```python\ndef clip(n): 1\n```", TASK, replace(PREFILLED, solution="last-block")
    )
    assert in_prefill.reasoning == (0, 10)
