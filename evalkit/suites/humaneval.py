"""HumanEval in its published file format, one task per line of JSON.

{"task_id", "prompt", "entry_point", "canonical_solution", "test"}; `test` defines check(candidate) and is the
task's one test. EvalPlus's HumanEval+ "in the original format" is of this form too.
"""

import ast
import builtins
import symtable
from collections.abc import Iterator

from evalkit.suites.lines import Line
from evalkit.types import Requirement, Task, Test

CHECK = Requirement("behaves-as-tested", "Behaves as its published tests say.", "stated")


def humaneval_task(line: Line) -> Task:
    """The task in a line. Raises TaskError."""
    entry_point, prompt = line.text("entry_point"), line.source("prompt")
    test = line.source("test")
    if not any(isinstance(node, ast.FunctionDef) and node.name == "check" for node in ast.parse(test).body):
        raise line.error("'test' does not define check(candidate)")
    require_declared(line)
    tests = (Test("check", CHECK.id, example=False),)
    source, reference = _with_names(test, prompt, entry_point), whole_reference(line)
    return Task(line.text("task_id"), entry_point, prompt, source, (CHECK,), tests, reference, (), entry_point)


def require_declared(line: Line, key: str = "prompt") -> None:
    """Raises TaskError unless the prompt declares the entry point."""
    entry_point = line.text("entry_point")
    if not any(getattr(node, "name", None) == entry_point for node in ast.parse(line.source(key)).body):
        raise line.error(f"{key!r} does not declare the entry point {entry_point!r}")


def whole_reference(line: Line, key: str = "prompt") -> str:
    """The canonical solution as a program: with the prompt that it goes on from."""
    return line.source("canonical_solution", line.source(key) + line.text("canonical_solution"))


def _with_names(test: str, prompt: str, entry_point: str) -> str:
    """The test as published; where it uses names of the program under test, they are put in front.

    Published tests run in the program's own module. Helpers that the prompt defines are taken from the prompt
    and not from the sample, which could bend them.
    """
    missing = free_names(test)
    if not missing:
        return test
    helpers = f"{prompt}\n\n" if missing - {entry_point} else ""
    return f"{helpers}from solution import {entry_point}\n\n{test}"


def free_names(source: str) -> set[str]:
    """Global names that the source reads but neither defines nor finds among the built-in ones."""
    top = symtable.symtable(source, "tests.py", "exec")
    defined = {each.get_name() for each in top.get_symbols() if each.is_assigned() or each.is_imported()}
    return set(_global_reads(top)) - defined - set(dir(builtins))


def _global_reads(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or table.get_type() == "module"):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _global_reads(child)
