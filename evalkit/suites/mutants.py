"""Mutation check: small changes of a reference that no test notices point to behaviour that nobody tests.

A survivor is a hint for the author and no finding: some mutants are no worse than the reference (a limit that is
never reached, a place in a list that does not matter).
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from evalkit.suites.parsing import parse
from evalkit.types import Job, Judge, Limits, Status, Task

# Mutants that never end are killed sooner than solutions: that they are late says enough.
LIMITS = Limits(cpu_seconds=0.5, wall_seconds=5.0)

_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
}  # fmt: skip
_LEFT_OUT = (ast.Expr, ast.AugAssign, ast.Raise, ast.Delete, ast.Break, ast.Continue)
_CONDITIONS = (ast.Name, ast.Call, ast.Attribute)  # a comparison has its operator swapped instead
Change = tuple[str, object]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one change in one line of it."""

    line: int
    change: str
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant: an operator swapped, a condition negated, a number raised by one, a statement left out.

    >>> [mutant.change for mutant in mutants("def f(n):\\n    return n < 2\\n")]
    ['n < 2 -> n <= 2', '2 -> 3']
    """
    tree = parse(source)
    for node in ast.walk(tree):
        for field, value in _changes(node):
            before, kept = _first_line(node), getattr(node, field)
            setattr(node, field, value)
            yield Mutant(*_told(node, before, kept, value), ast.unparse(tree))
            setattr(node, field, kept)


def surviving_mutants(task: Task, judge: Judge) -> Iterator[str]:
    """One sentence for each mutant of the reference that passes every test."""
    tests = [test.name for test in task.tests]
    for mutant in mutants(task.reference):
        killer = _killer(task, mutant, judge, tests)
        if killer is not None:  # first for the next one: mutants of neighbouring lines often fail the same test
            tests.remove(killer)
            tests.insert(0, killer)
        else:
            yield f"{task.id}: no test notices in line {mutant.line} of the reference: {mutant.change}"


def _killer(task: Task, mutant: Mutant, judge: Judge, tests: Sequence[str]) -> str | None:
    """The first test that the mutant does not pass. Test by test: the rest need not run."""
    job = Job(mutant.source, task.entry_point, task.tests_source, (), LIMITS, task.judging, task.packages)
    jobs = (replace(job, plan=(test,)) for test in tests)
    outcomes = (outcome for job in jobs for outcome in judge.judge(job))
    missed = (each.test for each in outcomes if each.status not in (Status.PASSED, Status.UNSCORED))
    return next(missed, None)


def _changes(node: ast.AST) -> Iterator[Change]:
    """Fields of a node with what is to stand there instead."""
    match node:
        case ast.Compare(ops=[first, *rest]) if type(first) in _SWAPS:
            yield "ops", [_SWAPS[type(first)](), *rest]
        case ast.BinOp() | ast.BoolOp() | ast.AugAssign() if type(node.op) in _SWAPS:
            yield "op", _SWAPS[type(node.op)]()
        case ast.UnaryOp(op=ast.Not()):
            yield "operand", ast.UnaryOp(ast.Not(), node.operand)
        case ast.Constant(value=bool(value)):
            yield "value", not value
        case ast.Constant(value=int(value)):
            yield "value", value + 1
        case ast.If(test=condition) | ast.IfExp(test=condition) if isinstance(condition, _CONDITIONS):
            yield "test", ast.UnaryOp(ast.Not(), condition)
    for field in ("body", "orelse", "finalbody"):
        yield from ((field, block) for block in _shorter(getattr(node, field, None)))


def _shorter(block: object) -> Iterator[list[ast.stmt]]:
    """The block once without each statement that does something by itself; docstrings do not."""
    for index, statement in enumerate(block if isinstance(block, list) else ()):
        said = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if isinstance(statement, _LEFT_OUT) and not said:
            yield [*block[:index], ast.Pass(), *block[index + 1 :]]  # type: ignore[index]  # it is a list


def _told(node: ast.AST, before: str, kept: object, value: object) -> tuple[int, str]:
    """The line of a change, and the change in words."""
    if isinstance(kept, list) and kept and isinstance(kept[0], ast.stmt):
        gone = next(old for old, new in zip(kept, value, strict=True) if old is not new)  # type: ignore[call-overload]  # lists, as asked above
        return gone.lineno, f"left out {_first_line(gone)}"
    return getattr(node, "lineno", 0), f"{before} -> {_first_line(node)}"


def _first_line(node: ast.AST) -> str:
    return ast.unparse(node).partition("\n")[0]
