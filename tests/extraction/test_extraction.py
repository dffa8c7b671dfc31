"""Completions as models write them, and the program that is found in each."""

import textwrap
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.extraction import extract_solution
from evalkit.types import Prompt, Task

PROMPT = '''import re
from typing import Any

LIMIT = 3


class Broken(ValueError):
    """Raised for text that cannot be read."""


def parse(text: str) -> Any:
    """Read `text`.

    >>> parse("a1")
    1
    """
'''
BODY = '''    match = re.search(r"\\d+", text)
    if match is None:
        raise Broken(f"""
no digits in {text!r}
""")

    # a note
    for _ in range(LIMIT):
        pass
    return int(match[0])
'''
SOLUTION = PROMPT + BODY
HELPER = '\n\ndef helper(number: int = 2) -> "list[int]":\n    return [number]\n'

TASK = Task("s/parse", "parse", PROMPT, "", (), (), "", ())
BASE = Prompt("base", PROMPT)
CHAT = Prompt("chat", "Complete this.")
PREFILLED = Prompt("chat", "Complete this.", prefill="```python\n", stop=("\n```",))


def solution(completion: str, prompt: Prompt = CHAT) -> str:
    found = extract_solution(completion, TASK, prompt)
    assert found.solution is not None, found.cuts
    return found.solution


BASE_WRAPPINGS = {
    "as it is": BODY,
    "without last newline": BODY.rstrip(),
    "blank lines after": BODY + "\n\n \n",
    "print after": BODY + "\n\nprint(parse('a1'))\nparse('b')\n",
    "main after": BODY + '\nif __name__ == "__main__":\n    print(parse("a1"))\n',
    "asserts after": BODY + "\nassert parse('a1') == 1\n",
    "comment and test after": BODY + "\n# Test it\n\n# now\nprint(parse('x1'))\n",
    "prose after": BODY + "\nThis function doesn't handle (negative numbers.\n\ndef more(): pass\n",
    "fence after": BODY + "```\n\nThat's it!\n",
    "loop after": BODY + "for x in range(3):\n    print(x)\nelse:\n    print(1)\n",
    "docstring after": BODY + '\n"""\nMore text\n"""\nparse("a")\n',
    "unfinished definition after": BODY + "\n\ndef test_parse():\n",
    "unfinished decorator after": BODY + "\n\n@pytest.mark.skip\n",
    "unfinished bracket after": BODY + "\n\nCASES = [\n    ('a1', 1),\n",
    "tabs": BODY.replace("    ", "\t"),
    "whole program in a fence": f"Sure:\n```python\n{SOLUTION}```\n",
}


@pytest.mark.parametrize("completion", BASE_WRAPPINGS.values(), ids=BASE_WRAPPINGS)
def test_base_recovers_the_solution_byte_for_byte(completion: str) -> None:
    assert solution(completion, BASE) == SOLUTION


def test_base_says_what_it_cut() -> None:
    assert extract_solution(BODY, TASK, BASE).cuts == ()
    cuts = extract_solution(BODY + "\nprint(parse('a1'))\nx = 1\n", TASK, BASE).cuts
    assert cuts == ("cut from \"print(parse('a1'))\" on",)
    assert extract_solution(BASE_WRAPPINGS["tabs"], TASK, BASE).cuts == ("turned tabs into spaces",)


@pytest.mark.parametrize(
    "more",
    [
        HELPER,
        "\n\nclass Helper:\n    size = 1\n",
        "\nTABLE: dict[str, int] = {\n    'a': 1,\n}\n",
        "\nimport os.path as p, sys\n",
        "\nfrom math import (\n    pi,\n)\n",
        "\n@decorated\n# why\n@twice(1)\nasync def helper():\n    pass\n",
        "\ntry:\n    import numpy\nexcept ImportError:\n    numpy = None\n",
    ],
)
def test_base_keeps_declarations_after_the_body(more: str) -> None:
    assert solution(BODY + more, BASE) == SOLUTION + more


def test_a_comment_in_the_first_column_does_not_end_the_body() -> None:
    body = BODY.replace("    # a note", "# a note")
    assert solution(body + "\nprint(1)\n", BASE) == PROMPT + body


def test_base_programs_begin_with_the_task_not_with_what_precedes_it_in_the_text() -> None:
    shown = Prompt("base", "def other():\n    return 1\n\n\n" + PROMPT)
    assert solution(BODY, shown) == SOLUTION


def test_a_body_cut_off_in_the_middle_is_kept_as_it_is() -> None:
    assert solution(BODY + "    total = sum([1,\n", BASE) == SOLUTION + "    total = sum([1,\n"


@pytest.mark.parametrize("completion", ["", "\n\n  \n", "    # TODO\n", "\nHello there!\n", "print(1)\n", "```\n"])
def test_base_without_code_has_no_solution(completion: str) -> None:
    found = extract_solution(completion, TASK, BASE)
    assert found.solution is None
    assert "no solution" in found.cuts[-1]


def listed(code: str) -> str:
    return "1. Here:\n   ```python\n" + textwrap.indent(code, "   ") + "   ```\n"


CHAT_WRAPPINGS = {
    "bare": SOLUTION,
    "fence": f"```python\n{SOLUTION}```",
    "fence without language": f"```\n{SOLUTION}```\n",
    "tildes": f"~~~python\n{SOLUTION}~~~\n",
    "longer fence": f"````py\n{SOLUTION}````\n",
    "prose around": f"Sure! Here's the code:\n\n```python\n{SOLUTION}```\n\nIt doesn't recurse (much.\n",
    "prose on the fence's line": f"```python\n{SOLUTION}``` That's it.\n```sh\nrun it\n```",
    "unclosed": f"Here:\n```python\n{SOLUTION}",
    "usage block after": f"```python\n{SOLUTION}```\nUse:\n```python\nprint(parse('a1'))\n```\n",
    "install block before": f"```bash\npip install it\n```\n```python\n{SOLUTION}```\n",
    "attempt before": f"```python\ndef parse(text):\n    return 0\n```\nBetter:\n```python\n{SOLUTION}```\n",
    "second one cut off": f"```python\n{SOLUTION}```\nAgain:\n```python\nimport re\ndef parse(text):\n    ret",
    "prompt echoed first": f"```python\n{PROMPT}```\nThe answer:\n```python\n{SOLUTION}```\n",
    "main": f'```python\n{SOLUTION}\n\nif __name__ == "__main__":\n    print(parse("a1"))\n```',
    "demonstration": f"```python\n{SOLUTION}\n\n# Example usage\nprint(parse('a1'))\nparse('b')\n```",
    "blank lines": f"```python\n\n\n{SOLUTION}\n\n\n```",
    "reasoning": f"<think>\n```python\ndef parse(text): return 0\n```\nHm.</think>\n```python\n{SOLUTION}```",
    "reasoning opened by the template": f"First I think.\n</think>\n\n```python\n{SOLUTION}```",
    "bare between prose": f"Certainly! Here's how (roughly:\n\n{SOLUTION}\nThis isn't slow.\n",
    "body in a fence": f"```python\n{BODY}```",
    "body without its indentation": f"```python\n{textwrap.dedent(BODY)}```",
    "bare body": BODY,
    "in a list": listed(SOLUTION),
    "mixed tabs": f"```python\n{PROMPT}" + BODY.replace("    ", "\t") + "```",
    "cut off after the solution": f"```python\n{SOLUTION}\n\ndef test_parse(",
}


@pytest.mark.parametrize("completion", CHAT_WRAPPINGS.values(), ids=CHAT_WRAPPINGS)
def test_chat_recovers_the_solution_byte_for_byte(completion: str) -> None:
    assert solution(completion) == SOLUTION


PREFILLED_WRAPPINGS = {
    "as asked": SOLUTION.rstrip(),
    "closed": f"{SOLUTION}```\nThat's it.",
    "body alone": BODY.rstrip(),
    "fenced again": f"```python\n{SOLUTION}```",
    "prose and a fence": f"Here is the code:\n```python\n{SOLUTION}```",
}


@pytest.mark.parametrize("completion", PREFILLED_WRAPPINGS.values(), ids=PREFILLED_WRAPPINGS)
def test_an_answer_that_was_begun_with_a_fence(completion: str) -> None:
    assert solution(completion, PREFILLED) == SOLUTION


def test_an_answer_as_asked_has_no_cuts() -> None:
    assert extract_solution(SOLUTION.rstrip(), TASK, PREFILLED).cuts == ()
    assert extract_solution(CHAT_WRAPPINGS["fence"], TASK, CHAT).cuts == ()


@pytest.mark.parametrize(
    ("name", "cut"),
    [
        ("prose around", "cut what surrounds the code block"),
        ("reasoning", "cut the reasoning"),
        ("demonstration", "cut \"print(parse('a1'))\""),
        ("bare between prose", "cut the text before the code"),
        ("bare between prose", 'cut from "This isn\'t slow." on'),
        ("bare body", "put the prompt's code before a body"),
        ("mixed tabs", "turned tabs into spaces"),
        ("cut off after the solution", "cut the unfinished 'def test_parse('"),
    ],
)
def test_chat_says_what_it_cut(name: str, cut: str) -> None:
    assert cut in extract_solution(CHAT_WRAPPINGS[name], TASK, CHAT).cuts


def test_what_the_prompt_declares_and_the_answer_uses_is_added() -> None:
    signature = PROMPT[PROMPT.index("def parse") :]
    found = extract_solution(f"```python\n{signature}{BODY}```", TASK, CHAT)
    assert found.solution is not None
    assert found.solution.endswith(signature + BODY)
    executed: dict[str, object] = {}
    exec(found.solution, executed)
    assert executed["parse"]("a12") == 12  # type: ignore[operator]  # exec knows no types
    added = ("import re", "from typing import Any", "LIMIT = 3", "class Broken(ValueError):")
    assert found.cuts == tuple(f"added the prompt's {each!r}" for each in added)


def test_nothing_is_added_that_the_answer_binds_or_does_not_use() -> None:
    answer = "import regex as re\nLIMIT = 9\n\n\ndef parse(text):\n    return re.search(text, LIMIT)\n"
    assert solution(answer) == answer


def test_additions_go_below_future_imports() -> None:
    answer = "from __future__ import annotations\n\n\ndef parse(text: Any):\n    return 1\n"
    expected = answer.replace("annotations\n", "annotations\nfrom typing import Any\n")
    assert solution(answer) == expected


def test_a_program_with_a_syntax_error_is_still_a_solution() -> None:
    assert solution("```python\ndef parse(text:\n    return 1 +\n```") == "def parse(text:\n    return 1 +\n"


def test_a_loop_before_the_entry_point_stays() -> None:
    answer = "TABLE = {}\nfor i in range(3):\n    TABLE[i] = i\n\n\ndef parse(text):\n    return TABLE\n"
    assert solution(f"```python\n{answer}```") == answer


def test_a_fence_in_a_docstring_does_not_end_the_block() -> None:
    answer = 'def parse(text):\n    """Text.\n\n    ```\n    parse("a")\n    ```\n    """\n    return 1\n'
    assert solution(f"```python\n{answer}```") == answer


@pytest.mark.parametrize(
    "completion",
    [
        "I cannot help with that.",
        "```python\nprint('hello')\n```",
        "```python\ndef other(text):\n    pass\n```",
        "```python\nclass Solution:\n    def parse(self, text):\n        return 1\n```",
        "<think>\ndef parse(text):\n    return 1\n",
        'text = """\ndef parse(text):\n    return 1\n',
    ],
)
def test_chat_without_the_entry_point_has_no_solution(completion: str) -> None:
    found = extract_solution(completion, TASK, CHAT)
    assert found.solution is None
    assert found.cuts[-1] == "no solution: nothing defines 'parse'"


HOSTILE = {
    "unary operators": "-" * 200_000 + "1",
    "open brackets": "([{" * 300_000,
    "closing brackets": ")" * 1_000_000,
    "quotes": "'" * 1_000_001,
    "mixed quotes": "'\"" * 500_000,
    "triple quotes": '"""' * 333_333,
    "backslashes": "\\" * 1_000_000,
    "continued lines": "\\\n" * 500_000,
    "newlines": "\n" * 1_000_000,
    "blank lines": " \n" * 500_000,
    "spaces": " " * 1_000_000,
    "tabs": "\t\n " * 300_000,
    "fences": "```\n" * 250_000,
    "fences with languages": "```python\n" * 100_000,
    "backticks": "`" * 1_000_000,
    "decorators": "@a\n" * 300_000,
    "comments": "#\n" * 500_000,
    "one word": "a" * 1_000_000,
    "targets": "a, " * 333_333,
    "subscripts": "a[" * 500_000,
    "imports": "import " + "a, " * 333_333,
    "definitions": "def parse(\n" * 100_000,
    "reasoning": "<think>" * 150_000,
    "reasoning ends": "</think>\n" * 100_000,
    "nested": "\n".join(" " * depth + "if a:" for depth in range(1_400)),
    "calls": "print(1)\n" * 100_000,
    "nul": "\0" * 1_000_000,
    "digits": "1 " * 500_000,
    "equals": "a=" * 500_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_linear_time(text: str) -> None:
    """Four times the text may take about four times as long; quadratic code would take sixteen times."""

    def seconds(part: str) -> float:
        start = time.process_time()
        for prompt, before in ((BASE, ""), (CHAT, ""), (CHAT, "def parse(text):\n    x = ")):
            extract_solution(before + part, TASK, prompt)
        return time.process_time() - start

    text = text[:100_000]
    quarter, whole = seconds(text[:25_000]), seconds(text)
    assert whole < 10 * quarter + 0.2


def test_a_program_that_would_crash_a_parser_is_a_solution() -> None:
    operators = "-" * 200_000 + "1"
    assert solution(f"    return {operators}\n", BASE) == f"{PROMPT}    return {operators}\n"


FRAGMENTS = st.sampled_from(
    [
        *"\n\t \\'\"#@:=()[]{},.`~-",
        *('"""', "```", "```python\n", "def parse(text):\n", "    return 1\n", "class A:\n", "x = 1\n"),
        *("import re\n", "<think>", "</think>\n", "if __name__", "else:\n", "try:\n", "print(1)\n", "\r", "é"),
    ]
)


@settings(max_examples=300)
@given(st.lists(FRAGMENTS, max_size=40).map("".join) | st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    for prompt in (BASE, CHAT, PREFILLED):
        found = extract_solution(text, TASK, prompt)
        assert found.solution is None or found.solution.endswith("\n")


PROSE = st.sampled_from(["", "Sure, here it is:\n", "It doesn't (fail.\n", "1. Step one\n", "# Heading\n\n"])


@settings(max_examples=200)
@given(PROSE, PROSE, st.sampled_from(["", "python", "py"]), st.sampled_from(["```", "````", "~~~"]), st.booleans())
def test_any_fence_and_prose_around_it(before: str, after: str, language: str, fence: str, closed: bool) -> None:
    end = f"{fence}\n{after}" if closed else ""
    assert solution(f"{before}{fence}{language}\n{SOLUTION}{end}") == SOLUTION
