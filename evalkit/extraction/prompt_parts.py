"""What a prompt declares besides the code to write: imports, constants, and classes that are complete.

An answer that leaves them out is read as if it had repeated them, since the prompt already gave them: what its code
uses, and what the task's tests take from it. So a solution is not wrong for importing a library in another way.
"""

import ast
import re
from dataclasses import dataclass
from functools import lru_cache

from evalkit.extraction.statements import Kind, Statement, imported_names, statements
from evalkit.types import Task


@dataclass(frozen=True, slots=True)
class Part:
    """One top-level statement of a prompt and the names it binds."""

    text: str
    names: frozenset[str]
    future: bool = False


_TAKEN = re.compile(r"^from solution import (?:\(([^)]*)\)|([^\n#]*))", re.MULTILINE)


def add_missing(code: str, task: Task) -> tuple[str, tuple[str, ...]]:
    """The code with the prompt's parts that it or the tests use and it does not bind itself, and what was added."""
    parts = _parts(task.prompt)
    if not parts:
        return code, ()
    found = statements(code)
    bound = {name for statement in found for name in _bound(code, statement)}
    used = {*re.findall(r"\w+", code), *_taken(task.tests_source)}
    missing = [part for part in parts if part.names - bound and (part.future or part.names & used - bound)]
    future = "".join(part.text for part in missing if part.future)
    others = "".join(part.text for part in missing if not part.future)
    at = _after_future_imports(code, found)
    added = tuple(part.text.strip().split("\n", 1)[0] for part in missing)
    return future + code[:at] + others + code[at:], added


@lru_cache(maxsize=1024)
def body_indent(prompt: str) -> str:
    """The blank space before the docstring that ends a prompt: what the body's lines begin with."""
    node: ast.stmt = ast.parse(prompt).body[-1]
    while isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        node = node.body[-1]
    return prompt.split("\n")[node.lineno - 1][: node.col_offset]


@lru_cache(maxsize=1024)
def _taken(tests_source: str) -> frozenset[str]:
    """The names that the tests import from the solution."""
    lists = (inside or line for inside, line in _TAKEN.findall(tests_source))
    return frozenset(name.split()[0] for names in lists for name in names.split(",") if name.strip())


@lru_cache(maxsize=1024)
def _parts(prompt: str) -> tuple[Part, ...]:
    """The prompt is a task's own and valid, so it can be parsed."""
    parts = []
    for node in ast.parse(prompt).body[:-1]:  # the last is what the model is to write
        names = _declared(node)
        if names:
            future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
            parts.append(Part(_source(prompt, node), names, future))
    return tuple(parts)


def _declared(node: ast.stmt) -> frozenset[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return frozenset((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return frozenset(each.id for each in ast.walk(node) if isinstance(each, ast.Name) and _stored(each))
    if isinstance(node, ast.ClassDef) and not any(map(_is_function, node.body)):
        return frozenset([node.name])  # an exception or a record: its methods are not left to write
    return frozenset()


def _stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _is_function(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _source(prompt: str, node: ast.stmt) -> str:
    decorators = node.decorator_list if isinstance(node, ast.ClassDef) else []
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    gap = "\n\n" if isinstance(node, ast.ClassDef) else ""
    return "\n".join(prompt.split("\n")[first - 1 : node.end_lineno]) + "\n" + gap


def _bound(code: str, statement: Statement) -> tuple[str, ...]:
    if statement.kind is Kind.IMPORT:
        return imported_names(code[statement.start : statement.end])
    if statement.kind is Kind.GUARD:
        return tuple(re.findall(r"\w+", code[statement.start : statement.end]))
    return statement.names


def _after_future_imports(code: str, found: list[Statement]) -> int:
    """Where a statement may be put: nothing but docstrings and comments may precede a future import."""
    ends = [each.end for each in found if code.startswith("from __future__", each.start)]
    return len(code[: ends[-1]].rstrip()) + 1 if ends else 0
