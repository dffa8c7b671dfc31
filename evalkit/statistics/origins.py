"""Whose attribute or signature an exception is about: a library's, or the solution's own.

The texts of Python's AttributeError and TypeError name the class, the module or the function. What a solution defines
can be read off its source; all else that has a name is a library's, Python's own included.
"""

import ast
import builtins
import re
from functools import lru_cache
from typing import Literal

_ATTRIBUTE = re.compile(r"AttributeError: (?:type object |module )?'([\w.]+)'(?: object)? has no attribute '(\w+)'")
_CALLED = re.compile(r"TypeError: ([\w.<>]+)\(\) ")
_UNKNOWN = re.compile(r"TypeError: '\w+' is an invalid keyword argument for ([\w.<>]+)\(\)")
_EXPECTED = re.compile(r"TypeError: (\w+) expected (?:at least |at most |exactly )?\d+ arguments?, got \d+")
_SIGNATURE = re.compile(
    r"\(\) (?:takes (?:exactly |at most |at least |from )?(?:\d+|no|one) "
    r"|missing (?:\d+ )?required |got an unexpected keyword |got multiple values |got some positional-only )"
    r"|TypeError: function missing required argument"
)
_BUILT_IN = {kind.__name__: kind for kind in vars(builtins).values() if isinstance(kind, type)}


Owner = Literal["library", "solution", "value"]


def attribute_owner(message: str, solution: str | None) -> Owner | None:
    """Whose attribute is missing; None where the message is about something else.

    "value": a built-in value that lacks what another built-in type has is a value of another type than the code takes
    it for, and so is None.

    >>> attribute_owner("raised AttributeError: module 'heapq' has no attribute 'push'", "import heapq")
    'library'
    >>> attribute_owner("raised AttributeError: 'Pool' object has no attribute 'size'", "class Pool: pass")
    'solution'
    """
    found = _ATTRIBUTE.search(message)
    if found is None:
        return None
    owner, name = found.groups()
    if owner in _defined(solution)[1] | {"solution"}:
        return "solution"
    confused = owner in _BUILT_IN and any(hasattr(kind, name) for kind in _BUILT_IN.values())
    return "value" if confused or owner == "NoneType" else "library"


def signature_owner(message: str, solution: str | None) -> Owner | None:
    """Whose signature a call does not fit; None where the message is about something else.

    "value": what is called is no function; a module that is called is a library's.

    >>> signature_owner("raised TypeError: read_csv() got an unexpected keyword argument 'separator'", "")
    'library'
    >>> signature_owner("raised TypeError: f() takes 0 positional arguments but 1 was given", "def f(): pass")
    'solution'
    """
    if "TypeError: 'module' object is not callable" in message or _EXPECTED.search(message):
        return "library"
    if "object is not callable" in message:
        return "value"
    unknown = _UNKNOWN.search(message)
    if not (unknown or _SIGNATURE.search(message)):
        return None
    named = unknown or _CALLED.search(message)
    owner = named[1].partition(".")[0] if named else ""
    return "solution" if owner == "<lambda>" or owner in _defined(solution)[0] else "library"


@lru_cache(maxsize=512)
def _defined(solution: str | None) -> tuple[frozenset[str], frozenset[str]]:
    """Names that the solution gives to functions and classes, and those that it may have given to classes."""
    try:
        tree = ast.parse(solution or "")
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # then nothing of it has run
        return frozenset(), frozenset()
    nodes = list(ast.walk(tree))
    functions = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    classes = {node.name for node in nodes if isinstance(node, ast.ClassDef)}
    made = {  # Point = namedtuple("Point", ...)
        target.id
        for node in nodes
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return frozenset(functions | classes | made), frozenset(classes | made)
