"""BigCodeBench's JSON lines: a function that uses libraries, and a unittest class that tests it.

{"task_id", "complete_prompt", "canonical_solution", "test", "entry_point", "libs"}: each method of the class TestCases
is a test. Tests that could not tell from another process what they want to know (they patch, seed random numbers, read
files, use objects of other libraries) run in the solution's own: `judging: shared`, whose verdicts can be forged.
"""

import ast
import sys
from collections.abc import Iterator

from evalkit.suites.humaneval import free_names, require_declared, whole_reference
from evalkit.suites.lines import Line
from evalkit.types import JudgingKind, Library, Requirement, Task, Test

CASES = Requirement("behaves-as-tested", "Behaves as its published unit tests say.", "stated")
_CLASS = "TestCases"
# What tests may use and still run apart from the solution: values of these cross between the processes.
_APART = frozenset(
    "collections copy datetime decimal fractions functools itertools json math numpy operator re statistics string "
    "textwrap typing unittest".split()
)
_REACHING = frozenset("patch mock open seed environ stdout stderr stdin exec eval globals __import__".split())


def bigcodebench_task(line: Line) -> Task:
    """The task in a line. Raises TaskError."""
    entry_point, prompt = line.text("entry_point"), line.source("complete_prompt")
    require_declared(line, "complete_prompt")
    test = line.source("test")
    names = list(_methods(test))
    if not names:
        raise line.error(f"'test' has no class {_CLASS} with methods named test...")
    reference = whole_reference(line, "complete_prompt")
    tests = tuple(Test(name, CASES.id, example=False) for name in names)
    source, libraries = _tests_source(test, prompt, entry_point, names), _libraries(line)
    return Task(
        line.text("task_id"), entry_point, prompt, source, (CASES,), tests, reference, (), entry_point,
        libraries, judging=_judging(test), library=_library(libraries),
    )  # fmt: skip


def _methods(test: str) -> Iterator[str]:
    for node in ast.parse(test).body:
        if isinstance(node, ast.ClassDef) and node.name == _CLASS:
            yield from (
                each.name for each in node.body if isinstance(each, ast.FunctionDef) and each.name.startswith("test")
            )


def _tests_source(test: str, prompt: str, entry_point: str, names: list[str]) -> str:
    """The class as published, with what it finds in the program's module, and a function for each of its methods."""
    missing = free_names(test) - {entry_point}
    imports = [
        ast.unparse(node)
        for node in ast.parse(prompt).body
        if isinstance(node, ast.Import | ast.ImportFrom) and missing & _bound(node)
    ]
    others = sorted(missing - {name for node in ast.parse("\n".join(imports)).body for name in _bound(node)})
    head = "\n".join([*imports, f"from solution import {', '.join([entry_point, *others])}", "import unittest"])
    run = f"def _run(name):\n    unittest.TestSuite([{_CLASS}(name)]).debug()\n"  # debug: errors come as they are
    functions = (f"def {name}():\n    _run({name!r})\n" for name in names)
    return "\n\n".join((head, test, run, *functions))


def _bound(node: ast.stmt) -> set[str]:
    names = node.names if isinstance(node, ast.Import | ast.ImportFrom) else []
    return {(alias.asname or alias.name).partition(".")[0] for alias in names}


def _judging(test: str) -> JudgingKind:
    tree = ast.parse(test)
    imported = {name for node in ast.walk(tree) for name in _modules(node)}
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return "separate" if imported <= _APART and not used & _REACHING else "shared"


def _modules(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (alias.name.partition(".")[0] if "mock" not in alias.name else "mock" for alias in names)
        case ast.ImportFrom(module=str(module)):
            yield module.partition(".")[0] if "mock" not in module else "mock"


def _libraries(line: Line) -> tuple[str, ...]:
    """The libraries of a task; its file has them as a list or as the text of one."""
    value = line.fields.get("libs") or []
    try:
        found = ast.literal_eval(value) if isinstance(value, str) else value
    except (ValueError, SyntaxError) as error:
        raise line.error(f"'libs' must be a list of names: {error}") from error
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise line.error("'libs' must be a list of names")
    return tuple(found)


def _library(libraries: tuple[str, ...]) -> Library | None:
    """What the sandbox must offer: all that is not of the standard library."""
    roots = dict.fromkeys(name.partition(".")[0] for name in libraries)
    third = tuple(name for name in roots if name not in sys.stdlib_module_names)
    return Library(", ".join(third), "well-known", third) if third else None
