"""The line of a solution that a failing test points at, as far as its message says."""

import ast
import re
from collections.abc import Iterator

_LINE = re.compile(r"\(solution\.py, line (\d+)\)|detected at line (\d+)")
_NAME = re.compile(r"raised (?:NameError|UnboundLocalError): .*?'(\w+)'")
_ATTRIBUTE = re.compile(r"raised AttributeError: .*has no attribute '(\w+)'")
_CALLED = re.compile(r"(?:<bound method \w+\.)?\b(\w+)(?: of <[^>]*>>)?\(")


def pointed_line(solution: str, message: str) -> tuple[int, str] | None:
    r"""The number of a line, from 1, and why it is that one; None where the message does not say.

    A syntax error names its line. A name or an attribute that does not exist points at its first use; any other
    message at the definition of the function of the solution that it shows being called.

    >>> pointed_line("def f(x):\n    return y\n", "raised NameError: name 'y' is not defined")
    (2, "first use of 'y'")
    """
    if found := _LINE.search(message):
        return int(found[1] or found[2]), "where the error is"
    try:
        tree = ast.parse(solution)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if found := _NAME.search(message) or _ATTRIBUTE.search(message):
        line = min(_uses(tree, found[1]), default=None)
        return (line, f"first use of '{found[1]}'") if line else None
    functions = {node.name: node.lineno for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    called = next((name for name in _CALLED.findall(message) if name in functions), None)
    return (functions[called], f"'{called}' was called") if called else None


def _uses(tree: ast.AST, name: str) -> Iterator[int]:
    for node in ast.walk(tree):
        read = isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        if isinstance(node, ast.Name | ast.Attribute) and (read or getattr(node, "attr", None) == name):
            yield node.lineno
