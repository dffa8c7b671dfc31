"""What the names of one source are bound to: LibCST's scopes, read with a task's interface in mind."""

import builtins
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto

import libcst as cst
from libcst.metadata import (
    Assignment,
    BuiltinAssignment,
    ClassScope,
    FunctionScope,
    GlobalScope,
    ImportAssignment,
    MetadataWrapper,
    Scope,
    ScopeProvider,
)

from evalkit.identifiers.interface import Interface


class Role(Enum):
    """What a source is to the interface."""

    SOLUTION = auto()  # defines it: the prompt, the reference, a known-wrong
    TESTS = auto()  # imports it from the module `solution`
    EXAMPLES = auto()  # uses it without an import, as doctest examples do
    WORDS = auto()  # code in the midst of prose, where parameters and members may stand alone


@dataclass(frozen=True, slots=True)
class Value:
    """An expression that a name is bound to; `element` when to what iterating over it gives."""

    expression: cst.BaseExpression
    element: bool = False


class Bindings:
    """One parsed source: which of its names belong to the interface, and what its variables hold."""

    def __init__(self, source: str, role: Role, interface: Interface) -> None:
        wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
        self.module, self.role, self.interface = wrapper.module, role, interface
        self._scopes: Mapping[cst.CSTNode, Scope | None] = wrapper.resolve(ScopeProvider)
        self._variables: dict[tuple[Scope, str], list[Value]] = defaultdict(list)
        self.attributes: dict[str, list[Value]] = defaultdict(list)
        self.annotations: dict[str, list[cst.BaseExpression]] = defaultdict(list)  # of attributes
        collector = _Assignments(self)
        self.module.visit(collector)
        self.classes, self.receivers = collector.classes, collector.receivers
        self.family = frozenset(_family(collector.classes, self))

    def add(self, target: cst.BaseExpression, value: Value) -> None:
        """Record that `target` is bound to `value`."""
        if isinstance(target, cst.Name) and (scope := self._scopes.get(target)) is not None:
            self._variables[scope, target.value].append(value)
        elif isinstance(target, cst.Attribute):
            self.attributes[target.attr.value].append(value)
        elif isinstance(target, cst.Tuple | cst.List):
            for index, element in enumerate(target.elements):
                self.add(element.value, _part(value, index, len(target.elements)))

    def assignments(self, name: cst.Name, at: cst.CSTNode | None = None) -> list[Assignment]:
        """The assignments that a name may refer to; none for builtins and undefined names."""
        scope = self._scopes.get(at or name)
        found = scope[name.value] if scope is not None else ()
        return [each for each in found if not isinstance(each, BuiltinAssignment) and isinstance(each, Assignment)]

    def values(self, name: cst.Name) -> list[Value]:
        """The expressions that a variable was bound to."""
        scopes = {each.scope for each in self.assignments(name)}
        return [value for scope in scopes for value in self._variables[scope, name.value]]

    def is_interface(self, name: cst.Name, at: cst.CSTNode | None = None) -> bool:
        """Whether a name, where it (or `at`) stands, is one of the interface's: by scope, not by spelling."""
        if name.value not in self.interface.kinds:
            return False
        assignments = self.assignments(name, at)
        if not assignments:
            return self._is_given(name)
        return any(self._binds(each, name.value) for each in assignments)

    def top_level_name(self, name: cst.Name) -> str | None:
        """The function or class of the interface that a name stands for, imported under another name or not."""
        for assignment in self.assignments(name):
            for original, bound in _solution_imports(assignment.node):
                if bound == name.value and original in self.interface.top_level:
                    return original
        local = any(isinstance(each.scope, FunctionScope) for each in self.assignments(name))
        known = not local and name.value in self.interface.top_level and self.is_interface(name)
        return name.value if known else None

    def class_of(self, node: cst.FunctionDef) -> cst.ClassDef | None:
        """The class of the interface that a function is a method of, if any."""
        scope = self._scopes.get(node.name)
        if isinstance(scope, ClassScope) and scope.node in self.family:
            return cst.ensure_type(scope.node, cst.ClassDef)
        return None

    def _is_given(self, name: cst.Name) -> bool:
        """Names without an assignment: a star import, or the names an example or a docstring is given."""
        if self.role is Role.WORDS:
            return True
        free = self.role in (Role.TESTS, Role.EXAMPLES) and not hasattr(builtins, name.value)
        return free and name.value in self.interface.top_level

    def _binds(self, assignment: Assignment, name: str) -> bool:
        scope, interface = assignment.scope, self.interface
        if isinstance(assignment, ImportAssignment):
            return name in interface.top_level and _imports(assignment)
        if isinstance(scope, GlobalScope) and self.role is Role.WORDS:
            return True  # `size=3` in prose is a keyword argument
        if isinstance(scope, GlobalScope):
            return self.role is Role.SOLUTION and name in interface.top_level
        if isinstance(scope, ClassScope):
            return scope.node in self.family and name in interface.members
        if isinstance(scope, FunctionScope) and isinstance(scope.node, cst.FunctionDef):
            return name in self.parameters_of(scope.node) and _takes(scope.node, name)
        return False

    def parameters_of(self, node: cst.FunctionDef) -> frozenset[str]:
        """The interface's names for the parameters of a function, if that is of the interface."""
        name, owner = node.name.value, self.class_of(node)
        if owner is not None and name in ("__init__", "__new__"):
            return self.class_parameters()
        if owner is not None or (self.role is Role.SOLUTION and self._is_global(node)):
            return self.interface.parameters.get(name, frozenset())
        return frozenset()

    def class_parameters(self) -> frozenset[str]:
        """What the classes of the interface take by name, all together: a subclass may pass on any."""
        parameters = self.interface.parameters
        return frozenset(name for each in self.interface.classes for name in parameters.get(each, ()))

    def _is_global(self, node: cst.FunctionDef) -> bool:
        return isinstance(self._scopes.get(node.name), GlobalScope)


class _Assignments(cst.CSTVisitor):
    """Collects what is bound to what, and the classes."""

    def __init__(self, bindings: Bindings) -> None:
        super().__init__()
        self._bindings = bindings
        self.classes: list[cst.ClassDef] = []
        self.receivers: dict[cst.Param, cst.FunctionDef] = {}  # `self` and `cls`, with their methods

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        first = next(parameters(node), None)
        if first is not None and first.name.value in ("self", "cls"):
            self.receivers[first] = node

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.classes.append(node)

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            self._bindings.add(target.target, Value(node.value))

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value is not None:
            self._bindings.add(node.target, Value(node.value))
        target = node.target.attr if isinstance(node.target, cst.Attribute) else node.target
        if isinstance(target, cst.Name):
            self._bindings.annotations[target.value].append(node.annotation.annotation)

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self._bindings.add(node.target, Value(node.value))

    def visit_For(self, node: cst.For) -> None:
        self._bindings.add(node.target, Value(node.iter, element=True))

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self._bindings.add(node.target, Value(node.iter, element=True))

    def visit_WithItem(self, node: cst.WithItem) -> None:
        if node.asname is not None:
            self._bindings.add(node.asname.name, Value(node.item))

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:
        if node.name is not None and node.type is not None:
            self._bindings.add(node.name.name, Value(node.type))


def _part(value: Value, index: int, count: int) -> Value:
    """What the target at `index` of `count` gets when `value` is unpacked."""
    display = value.expression
    if isinstance(display, cst.Tuple | cst.List) and not value.element and len(display.elements) == count:
        return Value(display.elements[index].value)
    return Value(display, element=True)


def _imports(assignment: Assignment) -> bool:
    """Whether an assignment is `from solution import name` under its own name."""
    return (assignment.name, assignment.name) in _solution_imports(assignment.node)


def _solution_imports(node: cst.CSTNode) -> list[tuple[str, str]]:
    """Pairs (name in the solution, name here) of a `from solution import ...`; none for any other node."""
    if not isinstance(node, cst.ImportFrom) or isinstance(node.names, cst.ImportStar) or node.relative:
        return []
    if not isinstance(node.module, cst.Name) or node.module.value != "solution":
        return []
    return [(str(alias.evaluated_name), alias.evaluated_alias or alias.evaluated_name) for alias in node.names]


def _takes(node: cst.FunctionDef, name: str) -> bool:
    """Whether a function has a parameter of that name."""
    return any(each.name.value == name for each in parameters(node))


def parameters(node: cst.FunctionDef) -> Iterator[cst.Param]:
    """All parameters of a function, starred ones included."""
    listed = node.params
    yield from (*listed.posonly_params, *listed.params, *listed.kwonly_params)
    for starred in (listed.star_arg, listed.star_kwarg):
        if isinstance(starred, cst.Param):
            yield starred


def methods(node: cst.ClassDef) -> Iterator[cst.FunctionDef]:
    """The functions directly in a class."""
    yield from (each for each in node.body.body if isinstance(each, cst.FunctionDef))


def _family(classes: list[cst.ClassDef], bindings: Bindings) -> Iterator[cst.ClassDef]:
    """The interface's classes, their subclasses and bases in this source, and what acts as its protocols."""
    interface = bindings.interface
    related, here = set(interface.classes), {node.name.value for node in classes}
    for _ in classes:  # each round reaches one step further along chains of inheritance
        for node in classes:
            bases = {base.value.value for base in node.bases if isinstance(base.value, cst.Name)}
            if node.name.value in related and bindings.role is Role.SOLUTION:
                related |= bases & here
            elif bases & related or _acts_as_protocol(node, interface):
                related.add(node.name.value)
    yield from (node for node in classes if node.name.value in related)


def _acts_as_protocol(node: cst.ClassDef, interface: Interface) -> bool:
    names = {each.name.value for each in methods(node)}
    return any(protocol and protocol <= names for protocol in interface.protocols)
