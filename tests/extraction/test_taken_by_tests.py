"""What tests import from a solution beside its interface is there, however the answer imports its libraries."""

import ast

import pytest

from evalkit.extraction import extract_solution
from evalkit.suites import load_suite, suite_names
from evalkit.types import Prompt, Task

PROMPT = 'from typing import Any\n\n\ndef parse(text: Any):\n    """Read."""\n'
CHAT = Prompt("chat", PROMPT)


def found(answer: str, imports: str) -> str | None:
    task = Task("s/parse", "parse", PROMPT, f"import pytest\n{imports}\n", (), (), "", ())
    return extract_solution(answer, task, CHAT).solution


@pytest.mark.parametrize(
    "imports",
    [
        "from solution import Any, parse",
        "from solution import Any, parse  # its own",
        "from solution import (\n    Any,\n    parse,\n)",
        "from solution import parse\nfrom solution import Any as anything",
    ],
)
def test_what_the_tests_take_is_added_though_the_answer_imports_otherwise(imports: str) -> None:
    answer = "import typing\n\n\ndef parse(text: typing.AnyStr):\n    return 1\n"
    assert found(answer, imports) == "from typing import Any\n" + answer


def test_what_the_answer_binds_itself_stays() -> None:
    answer = "Any = object\n\n\ndef parse(text):\n    return 1\n"
    assert found(answer, "from solution import Any, parse") == answer


@pytest.mark.parametrize("suite", suite_names())
def test_any_answer_that_defines_the_entry_point_has_what_the_tests_take(suite: str) -> None:
    for task in load_suite(suite).tasks:
        program = extract_solution(f"def {task.entry_point}():\n    pass\n", task, CHAT).solution
        bound = {name for node in ast.parse(program or "").body for name in bound_by(node)}
        assert taken(task) <= bound | to_write(task), task.id


def bound_by(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name for alias in node.names]
    if isinstance(node, ast.Assign):
        return [each.id for each in node.targets if isinstance(each, ast.Name)]
    return [getattr(node, "name", "")]


def taken(task: Task) -> set[str]:
    froms = (node for node in ast.walk(ast.parse(task.tests_source)) if isinstance(node, ast.ImportFrom))
    return {alias.name for node in froms if node.module == "solution" for alias in node.names}


def to_write(task: Task) -> set[str]:
    """The definitions of the prompt: the last one is what the model is asked for."""
    definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for node in ast.parse(task.prompt).body if isinstance(node, definitions)}
