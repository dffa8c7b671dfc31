"""Programs as continuations of a prompt, and the guards in them."""

import ast

import pytest

from evalkit.suites.continuations import continuations, guards, lacks

PROMPT = 'def half(n: int) -> int:\n    """Half of it."""\n'
REFERENCE = "import math\n\n\ndef half(n: int) -> int:\n    if n % 2:\n        raise ValueError(n)\n    return n // 2\n"
WRONG = 'def half(n: int) -> int:\n    """Half."""\n    return n // 2\n\n\nTWO = 2\n'


def test_the_body_of_the_open_definition_comes_first() -> None:
    first, second = continuations(PROMPT, [REFERENCE, WRONG])
    assert first == "    if n % 2:\n        raise ValueError(n)\n    return n // 2\n\n\nimport math\n"
    assert second == "    return n // 2\n\n\nTWO = 2\n"
    for text in (first, second):
        ast.parse(PROMPT + text)


def test_programs_that_begin_with_the_prompt_go_on_from_it() -> None:
    bodies = ["    return n // 2\n", "    return n\n"]
    assert continuations(PROMPT, [PROMPT + body for body in bodies]) == bodies


def test_methods_and_decorators_are_kept() -> None:
    prompt = 'class Stack:\n    """A stack."""\n'
    program = 'class Stack:\n    """Mine."""\n\n    @property\n    def top(self):\n        return 1\n'
    assert continuations(prompt, [program]) == ["    @property\n    def top(self):\n        return 1\n"]


def test_where_one_lacks_the_definition_all_are_given_whole() -> None:
    assert continuations(PROMPT, [REFERENCE, "half = 1\n"]) == [f"\n{REFERENCE}", "\nhalf = 1\n"]


@pytest.mark.parametrize("indent", ["", "  "])
def test_guards_are_statements_not_words(indent: str) -> None:
    doc = '    """\n    if it is\n    """\n'
    program = f"def f(x):\n{doc}    if x:\n        raise ValueError\n    elif y:\n        z = 1 if x else 2\n"
    text = "".join(f"{indent}{line}\n" for line in program.splitlines())
    found = list(guards(program, text))
    assert [guard.keyword for guard in found] == ["if", "raise"]
    assert all(text[guard.start :].startswith(guard.keyword) for guard in found)


def test_which_guards_a_program_does_without() -> None:
    found = {guard.keyword: guard for guard in guards(REFERENCE, REFERENCE)}
    assert lacks(WRONG, found["if"], REFERENCE)
    assert not lacks(REFERENCE, found["if"], REFERENCE)
    assert not lacks(REFERENCE.replace("n % 2", "n % 3"), found["if"], REFERENCE)  # another guard, but one
