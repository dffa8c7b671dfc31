"""What can be read off a task's Python files without running them: syntax, declared names, test marks."""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import TaskError
from evalkit.suites.documents import read_text
from evalkit.types import Test

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file of a task, parsed."""

    path: Path
    text: str
    tree: ast.Module

    def error(self, message: str, node: ast.stmt | ast.expr | None = None) -> TaskError:
        """The error to raise about one statement or expression."""
        return TaskError(self.path, message, node.lineno if node else None)

    def declares(self, name: str) -> bool:
        """Whether a function, class or assignment of that name stands at the top level."""
        return any(name in _bound(statement) for statement in self.tree.body)


def read_source(path: Path) -> Source:
    """Read and parse one file. Raises TaskError: missing, not UTF-8, syntax error."""
    text = read_text(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # known-wrongs may be sloppy on purpose
            return Source(path, text, ast.parse(text))
    except SyntaxError as error:
        raise TaskError(path, f"Python syntax error: {error.msg}", error.lineno) from error
    except (ValueError, RecursionError, MemoryError) as error:  # NUL bytes; nesting beyond the parser
        raise TaskError(path, f"cannot be parsed: {error or type(error).__name__}") from error


def require_docstring_end(prompt: Source) -> None:
    """Raises TaskError unless the prompt ends right after a docstring: there the model goes on."""
    last = prompt.tree.body[-1] if prompt.tree.body else None
    while isinstance(last, Definition):
        if len(last.body) == 1 and ast.get_docstring(last) is not None:
            return
        last = last.body[-1]
    message = "must end right after the docstring of the function, class or method to complete"
    raise prompt.error(message, last)


def read_tests(source: Source) -> tuple[Test, ...]:
    """The test functions of tests.py in order, with their marks.

    Raises TaskError: duplicate name, no or several requirement marks, a mark that is not understood,
    fixtures, test classes, tests below the top level, or nothing imported from `solution`.
    """
    _require_import(source)
    tests: dict[str, Test] = {}
    for node in _test_functions(source):
        if node.name in tests:
            raise source.error(f"the test {node.name!r} is defined twice", node)
        tests[node.name] = _read_test(source, node)
    if not tests:
        raise source.error("has no test functions (named test_...)")
    return tuple(tests.values())


def _bound(statement: ast.stmt) -> set[str]:
    if isinstance(statement, Definition):
        return {statement.name}
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}
    return set()


def _require_import(source: Source) -> None:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module == "solution" and not node.level:
            return
        if isinstance(node, ast.Import) and any(alias.name == "solution" for alias in node.names):
            return
    raise source.error("imports nothing from solution, so it tests nothing")


def _test_functions(source: Source) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test") and _has_tests(node):
            raise source.error(f"test classes such as {node.name!r} are not supported; use functions", node)
        if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("test_"):
            raise source.error(f"{node.name!r} is async; call asyncio.run inside a plain function", node)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            if node not in source.tree.body:
                raise source.error(f"the test {node.name!r} is not at the top level of the file", node)
            yield node


def _has_tests(node: ast.ClassDef) -> bool:
    return any(isinstance(each, ast.FunctionDef) and each.name.startswith("test") for each in node.body)


def _read_test(source: Source, node: ast.FunctionDef) -> Test:
    if ast.unparse(node.args):
        raise source.error(f"{node.name!r} takes {ast.unparse(node.args)}: tests have no fixtures", node)
    requirements, example = [], False
    for decorator in node.decorator_list:
        if ast.unparse(decorator) in ("pytest.mark.example", "pytest.mark.example()"):
            example = True
        else:
            requirements.append(_requirement(source, node.name, decorator))
    if len(requirements) != 1:
        count = "no" if not requirements else "more than one"
        raise source.error(f'{node.name!r} has {count} mark pytest.mark.requirement("id")', node)
    return Test(node.name, requirements[0], example)


def _requirement(source: Source, test: str, decorator: ast.expr) -> str:
    match decorator:
        case ast.Call(func=func, args=[ast.Constant(value=str(name))], keywords=[]):
            if ast.unparse(func) == "pytest.mark.requirement":
                return name
    message = (
        f"{test!r} has the decorator {ast.unparse(decorator)}; "
        'only pytest.mark.requirement("id") and pytest.mark.example are understood'
    )
    raise source.error(message, decorator)
