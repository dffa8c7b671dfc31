"""Whether a judge that has run certain tests is as good as new: a question to their source.

Test code is trusted not to attack, but a test may change what the next one would find: seed the random numbers, set a
locale, replace a function of a module. Only tests that import nothing but modules without such state, and that
assign to nothing but their own names, let the process be used again.
"""

import ast

_STATELESS = frozenset(
    "array bisect cmath collections collections.abc copy dataclasses datetime differential enum fractions functools "
    "hashlib heapq inspect itertools json math numbers operator programs pytest re solution statistics string textwrap "
    "typing unicodedata uuid __future__".split()
)
_REACHING = frozenset(
    "__import__ __builtins__ __dict__ __globals__ builtins exec eval globals vars setattr delattr monkeypatch "
    "MonkeyPatch sys modules".split()
)


def leaves_nothing_behind(tree: ast.Module) -> bool:
    """Whether the tests change nothing that outlives them. False where that is not plain to see."""
    nodes = list(ast.walk(tree))
    imported = _imported_names(nodes)
    return imported is not None and not any(_reaches_out(node, imported) for node in nodes)


def _imported_names(nodes: list[ast.AST]) -> frozenset[str] | None:
    """What the tests call the modules, classes and functions they import; None when one may have state."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        else:
            continue
        if getattr(node, "level", 0) or not _STATELESS.issuperset(modules):
            return None
        names.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    return frozenset(names)


def _reaches_out(node: ast.AST, imported: frozenset[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in _REACHING
    if isinstance(node, ast.Attribute):
        return node.attr in _REACHING or (not isinstance(node.ctx, ast.Load) and _root(node) in imported)
    if isinstance(node, ast.Subscript):
        return not isinstance(node.ctx, ast.Load) and _root(node) in imported
    return False


def _root(node: ast.expr) -> str:
    """`a` of `a.b[c].d`; empty where it begins with something else."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
