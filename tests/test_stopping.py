"""Where a definition ends: cases, the same answer however the text grows, and what Python's own parser says."""

import ast
import doctest
import inspect
import textwrap
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit import stopping
from evalkit.stopping import DefinitionEnd

BODY = "    return 1\n"


@pytest.mark.parametrize(
    ("kept", "dropped"),
    [
        (BODY, "print(f())"),
        (BODY + "\n\n", "def other():\n    pass\n"),
        (BODY + "\n", "# Test it:\nprint(f())\n"),
        (BODY, "```\nThat was it."),
        (BODY, ")"),
        ("# In the first column, yet inside:\n" + BODY, "x = 1"),
        (BODY + "# Still inside:\n    # and so\n    x = 2\n", "y"),
        ("import math\n\n@cache\ndef f(\n    a,\n):\n" + BODY, "class C:"),
        ("    x = (\n1,\n)\n", "y"),
        ("    x = (1\n", "def other():\n"),  # never closed
        ('    x = """\ndef inside():\n"""\n', "y"),
        ("    x = '''\n\\'''\ny\n'''\n", "y"),
        ("    x = 1 + \\\n2\n", "y"),
        ("    x = 'a\\\nb'\n", "y"),
        ("    # don't be fooled (\n" + BODY, "y"),
        ("    x = 'unclosed\n", "y"),
        ("\n" + BODY + "\tif x:\n\t\tpass\n   \n\n", "y"),
        ('    """Only words."""\n', "y"),
    ],
)
def test_what_follows_the_definition_is_dropped(kept: str, dropped: str) -> None:
    assert DefinitionEnd().find(kept + dropped) == len(kept)
    assert DefinitionEnd().find(kept) is None


@pytest.mark.parametrize("text", ["", "\n", "x = 1\ny = 2\n", "# a\n# b\nx", BODY + "# and then?", "    x = (1,\nd"])
def test_nothing_is_finished_too_early(text: str) -> None:
    assert DefinitionEnd().find(text) is None


TEXTS = st.lists(
    st.sampled_from(["\n", "    ", "x", " ", "# c", "'", '"', '"""', "(", ")", "\\", "def f():", "@a", "return", "'''"])
).map("".join)


@given(TEXTS, st.lists(st.integers(1, 5), max_size=40))
def test_the_answer_does_not_depend_on_how_the_text_grew(text: str, steps: list[int]) -> None:
    reader, length = DefinitionEnd(), 0
    found = None
    for step in [*steps, len(text)]:
        length += step
        found = reader.find(text[:length])
        if found is not None:
            break
    assert found == DefinitionEnd().find(text[:length])
    if found is not None:
        assert DefinitionEnd().find(text) == found


def test_real_functions_end_where_the_parser_says() -> None:
    """Every function of the standard library's textwrap, ast and doctest modules, followed by what follows it."""
    checked = 0
    for module in (textwrap, ast, doctest):
        source = inspect.getsource(module)
        lines = source.splitlines(keepends=True)
        statements = ast.parse(source).body
        for node, after in pairwise(statements):
            if isinstance(node, ast.FunctionDef) and node.end_lineno and node.body[0].lineno > node.lineno:
                text = "".join(lines[node.body[0].lineno - 1 :])
                found = DefinitionEnd().find(text)
                assert found is not None
                last, first = node.end_lineno, min([after.lineno, *(each.lineno for each in _decorators(after))])
                between = "".join(lines[last : first - 1])
                body = "".join(lines[node.body[0].lineno - 1 : last])
                assert text[:found].rstrip() == body.rstrip(), node.name
                assert len(body) <= found <= len(body) + len(between)
                checked += 1
    assert checked > 20


def _decorators(node: ast.stmt) -> list[ast.expr]:
    return getattr(node, "decorator_list", [])


def test_docstring_example() -> None:
    assert doctest.testmod(stopping).failed == 0
