"""The calls that a test is sure to make first, found in its source before it runs.

Most published tests are a row of `assert candidate(1, [2]) == 3`. Their calls can be sent together, and the solution
works on the next while the test looks at the last: no round trip for each. What the solution sees and in which
order is the same, and what becomes of it in a call that the test never came to does not count. A test that makes
other calls than those is run once more with one call at a time.
"""

import ast
from itertools import accumulate

_MOST_CALLS = 256
_MOST_BYTES = 16_000  # of calls in the source: all of them fit into a socket, so that sending never waits for reading
Arguments = tuple[object, ...]


class _Unsure(Exception):
    """From here on it cannot be told which calls will be made."""


def calls_ahead(tree: ast.Module, source: str) -> dict[str, tuple[Arguments, ...]]:
    """By the name of each test that gets the solution as its one argument: the arguments of its first calls."""
    tests = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    lines = source.encode("utf-8", "surrogatepass").splitlines(keepends=True)
    starts = [0, *accumulate(map(len, lines))]
    found = {name: _first_calls(test, starts) for name, test in tests.items() if _takes_only_the_solution(test)}
    return {name: calls for name, calls in found.items() if calls}


def _takes_only_the_solution(test: ast.FunctionDef) -> bool:
    a = test.args
    return len(a.args) == 1 and not (a.posonlyargs or a.kwonlyargs or a.vararg or a.kwarg or test.decorator_list)


def _first_calls(test: ast.FunctionDef, starts: list[int]) -> tuple[Arguments, ...]:
    calls: list[Arguments] = []
    length = 0
    try:
        for statement in test.body:
            for call in _calls_of(statement, test.args.args[0].arg):
                length += _length(call, starts)
                if length > _MOST_BYTES or len(calls) == _MOST_CALLS:
                    raise _Unsure
                calls.append(_literal(call))
    except _Unsure:
        pass
    return tuple(calls)


def _length(part: ast.expr, starts: list[int]) -> int:
    """Bytes of source. `starts`: where each line begins."""
    assert part.end_lineno is not None
    assert part.end_col_offset is not None  # both are there in what was parsed
    return starts[part.end_lineno - 1] + part.end_col_offset - starts[part.lineno - 1] - part.col_offset


def _calls_of(statement: ast.stmt, function: str) -> list[ast.Call]:
    """The calls of `function` in a statement, in order. Raises _Unsure for one that may not be run as it stands."""
    match statement:
        case ast.Assert(test=expression) | ast.Expr(value=expression):
            return _calls_in(expression, function)
        case ast.Assign(targets=[ast.Name(id=name)], value=expression) if name != function:
            return _calls_in(expression, function)
        case ast.Pass():
            return []
    raise _Unsure


def _calls_in(expression: ast.AST, function: str) -> list[ast.Call]:
    if isinstance(expression, ast.Call) and _is(expression.func, function):
        return [expression]
    if _is(expression, function):  # handed on, to be called nobody knows how often
        raise _Unsure
    return [call for part in _parts(expression) for call in _calls_in(part, function)]


def _is(expression: ast.AST, function: str) -> bool:
    return isinstance(expression, ast.Name) and expression.id == function


def _parts(expression: ast.AST) -> list[ast.expr]:
    """What an expression consists of, in the order of evaluation. Raises _Unsure where parts may be skipped."""
    match expression:
        case ast.Constant() | ast.Name():
            return []
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return parts
        case ast.Compare(left=left, comparators=[right]) | ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.UnaryOp(operand=value) | ast.Attribute(value=value):
            return [value]
        case ast.Call(func=func, args=arguments, keywords=named):
            return [func, *arguments, *(each.value for each in named)]
    raise _Unsure


def _literal(call: ast.Call) -> Arguments:
    if call.keywords:
        raise _Unsure
    try:
        return tuple(map(ast.literal_eval, call.args))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as error:  # no literals
        raise _Unsure from error
