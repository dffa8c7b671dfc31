"""Systematically broken solutions: small changes to a right one, made on its syntax tree, the same ones every time.

Each mutant is a text that goes on from the task's prompt, as the solution it was made from, and differs from that in
one place. Whether it is wrong is for a harness to say: some changes change nothing that tests can see.
"""

import ast
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain, zip_longest

_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.FloorDiv, ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.BitXor: ast.BitAnd,
}  # fmt: skip
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
}  # fmt: skip
_ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_RETURNS = ("None", "not ({})", "[{}]", "({}) * 1.0", "str({})")
_DROPPED = (ast.Assign, ast.AugAssign, ast.Expr, ast.Break, ast.Continue, ast.If, ast.For, ast.While, ast.Return)

Change = tuple[str, ast.AST, str]  # kind, what is replaced, and by which source


@dataclass(frozen=True, slots=True)
class Mutant:
    """One broken solution. `change` says what was done, as `old -> new`."""

    kind: str
    change: str
    completion: str


def mutants(prompt: str, solution: str, most: int) -> tuple[Mutant, ...]:
    """At most `most` mutants of `prompt + solution`, of as many kinds as there are, all different. They all parse."""
    kinds: dict[str, dict[str, Mutant]] = defaultdict(dict)
    seen = {_tree(prompt + solution)}
    for kind, node, new in _changes(ast.parse(prompt + solution)):
        mutant = _spliced(prompt, solution, kind, node, new)
        if mutant and (tree := _tree(prompt + mutant.completion)) not in seen:
            seen.add(tree)
            kinds[kind][_digest(mutant.completion)] = mutant
    ranked = [[found[digest] for digest in sorted(found)] for _, found in sorted(kinds.items())]
    turns = chain.from_iterable(zip_longest(*ranked))
    return tuple(each for each in turns if each is not None)[:most]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _tree(source: str) -> str:
    """Two sources with the same tree are one program; empty for a source that does not parse."""
    try:
        return ast.dump(ast.parse(source))
    except (SyntaxError, ValueError):
        return ""


def _spliced(prompt: str, solution: str, kind: str, node: ast.AST, new: str) -> Mutant | None:
    """None where the place lies in the prompt, which stays, or the result is no program."""
    source = (prompt + solution).encode()
    start, end = _span(source, node)
    if start < len(prompt.encode()):
        return None
    changed = source[:start] + new.encode() + source[end:]
    if not _tree(changed.decode()):
        return None
    return Mutant(kind, f"{source[start:end].decode()} -> {new}", changed[len(prompt.encode()) :].decode())


def _span(source: bytes, node: ast.AST) -> tuple[int, int]:
    """Where a node lies, in bytes: ast counts columns so."""
    assert isinstance(node, ast.expr | ast.stmt) and node.end_lineno is not None and node.end_col_offset is not None
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset


def _changes(tree: ast.AST) -> Iterator[Change]:
    """Every change to every node, in the order of the tree. Texts with values in them are left as they are."""
    for child in ast.iter_child_nodes(tree):
        if not isinstance(child, ast.JoinedStr):
            yield from _of(child)
            yield from _changes(child)


def _of(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.BinOp():
            yield from _operators(node)
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield "logic", node, _source(ast.BoolOp(other, node.values))
        case ast.UnaryOp():
            yield "logic", node, _source(node.operand)
        case ast.Constant():
            yield from (("constant", node, new) for new in _constants(node.value))
        case ast.Return() if node.value is not None:
            yield from (("return", node.value, form.format(ast.unparse(node.value))) for form in _RETURNS)
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        yield "condition", node.test, f"not {_source(node.test)}"
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        yield from (("condition", test, f"not {_source(test)}") for part in node.generators for test in part.ifs)
    if isinstance(node, _DROPPED) and not _is_text(node):
        yield "dropped", node, "pass"


def _operators(node: ast.BinOp) -> Iterator[Change]:
    if type(node.op) in _OPERATORS:
        yield "operator", node, _source(ast.BinOp(node.left, _OPERATORS[type(node.op)](), node.right))


def _comparisons(node: ast.Compare) -> Iterator[Change]:
    for at, operator in enumerate(node.ops):
        for other in _COMPARISONS[type(operator)]:
            changed = deepcopy(node)
            changed.ops[at] = other()
            yield "comparison", node, _source(changed)
        if isinstance(operator, _ORDERED):
            changed = deepcopy(node)
            changed.comparators[at] = ast.BinOp(changed.comparators[at], ast.Add(), ast.Constant(1))
            yield "off by one", node, _source(changed)


def _constants(value: object) -> tuple[str, ...]:
    if isinstance(value, bool):
        return (repr(not value),)
    if isinstance(value, int | float):
        return repr(value + 1), f"({value - 1!r})"
    return (repr(value[:-1]), repr(value + "x")) if isinstance(value, str) else ()


def _source(node: ast.expr) -> str:
    return f"({ast.unparse(ast.fix_missing_locations(node))})"


def _is_text(node: ast.AST) -> bool:
    """Whether it is a docstring, or text in its place."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
