"""HumanEval and HumanEval+ in their published file formats, one task per line of JSON.

HumanEval: {"task_id", "prompt", "entry_point", "canonical_solution", "test"}; `test` defines check(candidate) and
is the task's one test. HumanEval+ (EvalPlus) has "base_input", "plus_input" and "atol" instead: argument lists on
which a solution must agree with the canonical one. An empty list gives no test: it would pass for any solution.
"""

import ast
import builtins
import json
import os
import symtable
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.errors import TaskError
from evalkit.suites.jsonl import SUFFIXES, parse_object, read_lines
from evalkit.types import Requirement, Suite, Task, Test

DATA_VARIABLE = "EVALKIT_DATA"
FILES = {"humaneval": "HumanEval.jsonl.gz", "humaneval+": "HumanEvalPlus.jsonl.gz"}
"""Suites that are read from a file: their names, and the file in the folder that DATA_VARIABLE names."""

_ORACLES = {"find_zero": "polynomial_zero"}  # entry point -> the rule that decides instead of equality
_to_json = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode  # made once: there are many inputs
_CHECK = Requirement("behaves-as-tested", "Behaves as its published tests say.", "stated")
_BASE = Requirement("base", "Agrees with the reference on the inputs of HumanEval.", "stated")
_PLUS = Requirement("plus", "Agrees with the reference on the inputs that EvalPlus adds.", "stated")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a file: gives its fields, or the error that names file, line and field."""

    path: Path
    number: int
    fields: Mapping[str, Any]

    def error(self, message: str) -> TaskError:
        return TaskError(self.path, message, self.number)

    def text(self, key: str) -> str:
        value = self._field(key)
        if not isinstance(value, str):
            raise self.error(f"{key!r} must be text, not {type(value).__name__}")
        return value

    def inputs(self, key: str) -> str:
        """A list of argument lists, each as a line of JSON."""
        value = self._field(key)
        if not isinstance(value, list) or not all(isinstance(each, list) for each in value):
            raise self.error(f"{key!r} must be a list of argument lists")
        return "\n".join(map(_to_json, value))

    def tolerance(self) -> float:
        value = self._field("atol")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
            raise self.error(f"'atol' must be a number of at least 0, not {value!r}")
        return value

    def source(self, key: str, text: str | None = None) -> str:
        """Text that parses as Python: the field itself, or the `text` made with it."""
        text = self.text(key) if text is None else text
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)  # published sources are what they are
                ast.parse(text)
        except (SyntaxError, ValueError, RecursionError) as error:
            raise self.error(f"{key!r} is not valid Python: {error}") from error
        return text

    def _field(self, key: str) -> object:
        if key not in self.fields:
            raise self.error(f"{key!r} is missing")
        return self.fields[key]


def published_path(name: str) -> Path:
    """The file of a suite of FILES. Raises TaskError when it is not known where it is."""
    folder = os.environ.get(DATA_VARIABLE)
    if not folder:
        advice = f"set {DATA_VARIABLE} to the folder that holds {FILES[name]}, or give the file's path"
        raise TaskError(name, f"this suite is read from a file: {advice}")
    path = Path(folder) / FILES[name]
    if not path.is_file():
        raise TaskError(path, f"this file is missing; {DATA_VARIABLE} must name the folder that holds it")
    return path


def read_published(path: Path, name: str = "") -> Suite:
    """The suite in a .jsonl or .jsonl.gz file of either format, called `name` or like the file. Raises TaskError."""
    tasks: dict[str, Task] = {}
    read: Callable[[_Line], Task] | None = None
    for line in _lines(path):
        read = read or _format(line)
        task = read(line)
        if task.id in tasks:
            raise line.error(f"the task {task.id!r} is there twice")
        tasks[task.id] = task
    if read is None:
        raise TaskError(path, "holds no tasks")
    name = name or _stem(path)
    return Suite(name, "HumanEval+" if read is _plus_task else "HumanEval", tuple(tasks.values()))


def _lines(path: Path) -> Iterator[_Line]:
    for number, data in read_lines(path):
        try:
            yield _Line(path, number, parse_object(data))
        except ValueError as error:
            raise TaskError(path, f"the line {error}", number) from error


def _format(line: _Line) -> Callable[[_Line], Task]:
    if "base_input" in line.fields:
        return _plus_task
    if "test" in line.fields:
        return _task
    found = ", ".join(sorted(line.fields)) or "none"
    raise line.error(f"is neither HumanEval (key 'test') nor HumanEval+ (key 'base_input'); its keys: {found}")


def _task(line: _Line) -> Task:
    entry_point, prompt = line.text("entry_point"), line.source("prompt")
    test = line.source("test")
    if not any(isinstance(node, ast.FunctionDef) and node.name == "check" for node in ast.parse(test).body):
        raise line.error("'test' does not define check(candidate)")
    tests = (Test("check", _CHECK.id, example=False),)
    return _published(line, _with_names(test, prompt, entry_point), (_CHECK,), tests)


def _plus_task(line: _Line) -> Task:
    inputs = {each: found for each in (_BASE, _PLUS) if (found := line.inputs(f"{each.id}_input"))}
    if not inputs:
        raise line.error("both 'base_input' and 'plus_input' are empty")
    tests = tuple(Test(f"test_{each.id}", each.id, example=False) for each in inputs)
    return _published(line, _plus_tests(line, inputs), tuple(inputs), tests)


def _published(line: _Line, source: str, requirements: tuple[Requirement, ...], tests: tuple[Test, ...]) -> Task:
    entry_point, prompt = line.text("entry_point"), line.source("prompt")
    if not any(getattr(node, "name", None) == entry_point for node in ast.parse(prompt).body):
        raise line.error(f"'prompt' does not declare the entry point {entry_point!r}")
    reference = line.source("canonical_solution", prompt + line.text("canonical_solution"))
    return Task(line.text("task_id"), entry_point, prompt, source, requirements, tests, reference, (), entry_point)


def _with_names(test: str, prompt: str, entry_point: str) -> str:
    """The test as published; where it uses names of the program under test, they are put in front.

    Published tests run in the program's own module. Helpers that the prompt defines are taken from the prompt
    and not from the sample, which could bend them.
    """
    missing = _free_names(test)
    if not missing:
        return test
    helpers = f"{prompt}\n\n" if missing - {entry_point} else ""
    return f"{helpers}from solution import {entry_point}\n\n{test}"


def _free_names(source: str) -> set[str]:
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


def _plus_tests(line: _Line, inputs: Mapping[Requirement, str]) -> str:
    """Tests that compare the solution with the reference, input by input; see sandbox/runner/differential.py."""
    entry_point = line.text("entry_point")
    reference = line.source("canonical_solution", line.text("prompt") + line.text("canonical_solution"))
    rule = f"{line.tolerance()!r}, {_ORACLES.get(entry_point, '')!r}"
    parts = [
        f"_{part.id} = differential.Differential({part.id!r}, _reference, {entry_point!r}, {lines!r}, {rule})\n\n\n"
        f"def test_{part.id}():\n    _{part.id}.assert_agrees({entry_point})\n"
        for part, lines in inputs.items()
    ]
    head = f"import differential\nfrom solution import {entry_point}\n\n_reference = {reference!r}\n"
    return "\n\n".join((head, *parts))


def _stem(path: Path) -> str:
    return next((path.name.removesuffix(each) for each in reversed(SUFFIXES) if path.name.endswith(each)), path.stem)
