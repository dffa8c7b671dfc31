"""The names that a task's prompt gives its interface, and what is known of each.

They are what `prompt.py` declares: functions, classes, methods, their parameters, and attributes; private ones too,
for the model sees them. A class whose prompt ends early may only mention members (in backquotes or in an example);
those count when the reference defines them. A prompt that declares nothing, only asks for a function in words, gives
the name of the entry point.
"""

import ast
import builtins
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module

from evalkit.errors import TaskError
from evalkit.identifiers.parsing import parse
from evalkit.identifiers.words import Kind
from evalkit.types import Task

_CODE_IN_PROSE = re.compile(r"`+([^`\n]+)`+|^[ \t]*(?:>>>|\.\.\.) (.*)$", re.MULTILINE)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Interface:
    """Every name of the interface with its kind, in the order of the prompt, and what is known of each.

    A name may be several things, such as a parameter and an attribute: `kinds` has the first.
    """

    kinds: Mapping[str, Kind]
    top_level: frozenset[str]  # functions and classes: what tests import
    classes: frozenset[str]
    members: frozenset[str]  # methods and attributes: what follows a dot
    parameters: Mapping[str, frozenset[str]]  # of a function, class or method: what it takes by name
    returns: Mapping[str, str]  # of a function or method: its return annotation
    protocols: tuple[frozenset[str], ...]  # the methods of each class that is a typing.Protocol
    foreign_members: frozenset[str]  # of the classes that the tests define, such as fakes


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    classes: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    parameters: dict[str, frozenset[str]] = field(default_factory=dict)
    returns: dict[str, str] = field(default_factory=dict)
    protocols: list[frozenset[str]] = field(default_factory=list)

    def add(self, name: str, kind: Kind) -> None:
        if name.startswith("__") or not name.strip("_") or (kind == "attribute" and name.isupper()):
            return  # mangled or special; nothing to respell; a constant
        self.kinds.setdefault(name, kind)
        if kind in ("method", "attribute"):
            self.members.add(name)

    def interface(self, functions: set[str], task: Task) -> Interface:
        kinds = {name: kind for name, kind in self.kinds.items() if name not in task.keep}
        return Interface(
            kinds=kinds,
            top_level=frozenset((functions | self.classes) & kinds.keys()),
            classes=frozenset(self.classes & kinds.keys()),
            members=frozenset(self.members & kinds.keys()),
            parameters=self.parameters,
            returns=self.returns,
            protocols=tuple(self.protocols),
            foreign_members=frozenset(_members_of_fakes(_parsed(task, task.tests_source), self.classes)),
        )


def interface_of(task: Task) -> Interface:
    """The interface of a task, without the names it wants kept. Raises TaskError for a source with a syntax error."""
    prompt, reading, functions = _parsed(task, task.prompt), _Reading(), set()
    classes = {node.name: node for node in _parsed(task, task.reference).body if isinstance(node, ast.ClassDef)}
    mentioned, origins = set(_mentioned(prompt)), _import_origins(prompt)
    for node in prompt.body:
        if isinstance(node, _Function):
            functions.add(node.name)
            reading.add(node.name, "function")
            _read_function(reading, node, node.name)
        elif isinstance(node, ast.ClassDef):
            reading.classes.add(node.name)
            reading.add(node.name, "class")
            _read_class(reading, node, list(_lineage(node.name, classes)), mentioned, origins)
    if not reading.kinds and task.entry_point:  # a program has no interface
        functions.add(task.entry_point)
        reading.add(task.entry_point, "function")
    return reading.interface(functions, task)


def _parsed(task: Task, source: str) -> ast.Module:
    try:
        return parse(source)
    except (SyntaxError, ValueError) as error:
        raise TaskError(task.id, f"cannot be renamed: {error}") from error


def _read_function(reading: _Reading, node: _Function, owner: str, only: set[str] | None = None) -> None:
    names = [each for each in _parameter_names(node) if only is None or each in only]
    for name in names:
        reading.add(name, "parameter")
    reading.parameters[owner] = reading.parameters.get(owner, frozenset()) | frozenset(names)
    if node.returns is not None:
        reading.returns.setdefault(owner, ast.unparse(node.returns))


def _parameter_names(node: _Function) -> list[str]:
    arguments = node.args
    listed = [*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg]
    return [each.arg for each in listed if each is not None and each.arg not in ("self", "cls")]


def _read_class(
    reading: _Reading,
    node: ast.ClassDef,
    reference: list[ast.ClassDef],
    mentioned: set[str],
    origins: Mapping[str, str],
) -> None:
    bases = [ast.unparse(base).partition("[")[0] for base in node.bases]
    if "TypedDict" in bases:
        return  # its fields are keys of dictionaries: data, not identifiers
    inherited = _inherited([origins.get(base, base) for base in bases])
    _read_members(reading, node, node.name, inherited, None)
    for each in reference:
        _read_members(reading, each, node.name, inherited, mentioned)
    if any(base.endswith("Protocol") for base in bases):
        methods = (each.name for each in node.body if isinstance(each, _Function))
        reading.protocols.append(frozenset(methods))


def _read_members(
    reading: _Reading, node: ast.ClassDef, owner: str, inherited: frozenset[str], only: set[str] | None
) -> None:
    """Read the members of a class: all, or only those (and those parameters) that are mentioned."""
    known = set(reading.members)
    for each in node.body:
        if isinstance(each, _Function) and each.name in ("__init__", "__new__"):
            _read_function(reading, each, owner, only)
        elif isinstance(each, _Function) and each.name in known | (only or {each.name}) - inherited:
            reading.add(each.name, "attribute" if _is_property(each) else "method")
            _read_function(reading, each, each.name, only)
    for name in _attributes(node):
        if name not in inherited and (only is None or name in only):
            reading.add(name, "attribute")
    if only is None:
        fields = frozenset(_class_fields(node))
        reading.parameters[owner] = reading.parameters.get(owner, frozenset()) | fields


def _is_property(node: _Function) -> bool:
    return any(ast.unparse(each).endswith("property") for each in node.decorator_list)


def _class_fields(node: ast.ClassDef) -> Iterator[str]:
    for each in node.body:
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            yield each.target.id


def _attributes(node: ast.ClassDef) -> Iterator[str]:
    """Names assigned in the class body or on `self` in its methods."""
    yield from _class_fields(node)
    for each in node.body:
        if isinstance(each, ast.Assign):
            yield from (target.id for target in each.targets if isinstance(target, ast.Name))
    for inner in ast.walk(node):
        match inner:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                yield name


def _members_of_fakes(tests: ast.Module, classes: set[str]) -> Iterator[str]:
    for node in ast.walk(tests):
        if isinstance(node, ast.ClassDef) and not classes & set(map(ast.unparse, node.bases)):
            yield from _attributes(node)
            yield from (each.name for each in node.body if isinstance(each, _Function))


def _lineage(name: str, classes: Mapping[str, ast.ClassDef]) -> Iterator[ast.ClassDef]:
    """A class and its bases, as far as they are among `classes`."""
    if name in classes:
        others = {other: node for other, node in classes.items() if other != name}  # `class Pool(Pool)` is possible
        yield classes[name]
        for base in classes[name].bases:
            yield from _lineage(ast.unparse(base).partition("[")[0], others)


def _import_origins(tree: ast.Module) -> dict[str, str]:
    """Where imported names come from: `from json import JSONEncoder as E` gives {"E": "json.JSONEncoder"}."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _inherited(bases: list[str]) -> frozenset[str]:
    """Names that bases outside the task give a class: overriding them fixes their spelling.

    Only the standard library is looked into: it is certain to be there and harmless to import.
    """
    found = set(dir(object))
    for base in bases:
        module, _, name = base.rpartition(".")
        standard = module.partition(".")[0] in sys.stdlib_module_names
        owner = import_module(module) if standard else builtins
        found |= set(dir(getattr(owner, name, object)))
    return frozenset(found)


def _mentioned(prompt: ast.Module) -> Iterator[str]:
    """Words of code in the docstrings: between backquotes, or in examples."""
    for node in ast.walk(prompt):
        if isinstance(node, ast.Module | ast.ClassDef | _Function):
            for quoted, example in _CODE_IN_PROSE.findall(ast.get_docstring(node) or ""):
                yield from re.findall(r"[^\W\d]\w*", quoted or example)
