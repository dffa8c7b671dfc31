"""Whether a renamed task can be renamed back: what the tests of the identifier styles hold every style to."""

import ast
import re
from collections.abc import Mapping

from evalkit.identifiers import new_names, rename_task
from evalkit.identifiers.marking import fill_in, mark_names
from evalkit.identifiers.parsing import parse
from evalkit.types import Task


def assert_goes_back(task: Task, style: str) -> None:
    """Replacing the new names gives every source back byte for byte; where a style exchanges names (so that the new
    ones were there before), renaming by scope gives the same code back, docstrings and comments aside.
    """
    names, renamed = new_names(task, style), rename_task(task, style)
    old = {new: old for old, new in names.items()}
    assert len(old) == len(names), f"{task.id}: {style} gives a name twice"
    if old.keys() & names.keys():
        back = fill_in(mark_names(renamed), old)
        assert list(map(_code, sources(back))) == list(map(_code, sources(task))), f"{task.id}: {style}"
    else:
        assert [_replaced(source, old) for source in sources(renamed)] == sources(task), f"{task.id}: {style}"


def sources(task: Task) -> list[str]:
    """Every source of a task, and the texts of its requirements."""
    texts = [requirement.text for requirement in task.requirements]
    return [task.prompt, task.tests_source, task.reference, *(wrong.source for wrong in task.known_wrong), *texts]


def _replaced(source: str, names: Mapping[str, str]) -> str:
    return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), source)


def _code(source: str) -> str:
    """What a source does: neither its layout, comments nor docstrings; "" for a sentence."""
    try:
        tree = parse(source)
    except SyntaxError:
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [each for each in node.body if not _is_docstring(each)]
    return ast.dump(tree)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
