"""What an expression holds, as far as renaming needs to know: an object of the interface, or a foreign one.

`pool.acquire()` is renamed where `pool` is a ConnectionPool of the task, never where it is a lock. Values
are followed through assignments, loops, `with`, calls of helpers and annotations. Where nothing is known,
a member is taken for the interface's unless another type in sight has a member of that name.
"""

import builtins
import sys

import libcst as cst

from evalkit.identifiers.bindings import Bindings, Value, methods
from evalkit.identifiers.holds import COMMON_MEMBERS, KEEP, TAKE_ONE, TRANSPARENT, WITHOUT_TYPE, Holds, Returns, joined


class Inference:
    """Answers what expressions of one source hold."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._known: dict[cst.CSTNode, Holds] = {}
        foreign = COMMON_MEMBERS | bindings.interface.foreign_members | _members_of_others(bindings)
        self.own_members = bindings.interface.members - foreign  # those that no other type in sight has

    def renames_member(self, node: cst.Attribute) -> bool:
        """Whether `node.attr` is a member of the interface (or a name in the module `solution`)."""
        name, interface = node.attr.value, self._bindings.interface
        holds = self.holds(node.value)
        if holds is Holds.SOLUTION:
            return name in interface.top_level
        if name not in interface.members:
            return False
        return holds is Holds.INTERFACE or (holds in (Holds.UNKNOWN, Holds.CONTAINER) and name in self.own_members)

    def holds(self, node: cst.BaseExpression) -> Holds:
        """What an expression holds. Cycles (`x = x.next`) end in UNKNOWN."""
        if node not in self._known:
            self._known[node] = Holds.UNKNOWN
            self._known[node] = self._infer(node)
        return self._known[node]

    def _infer(self, node: cst.BaseExpression) -> Holds:
        match node:
            case cst.Name():
                return self._name(node)
            case cst.Call():
                return self._call(node)
            case cst.Attribute():
                return self._attribute(node)
            case cst.Subscript():
                return self._subscript(node)
            case cst.Await(expression=inner) | cst.NamedExpr(value=inner):
                return self.holds(inner)
            case cst.IfExp(body=first, orelse=second) | cst.BooleanOperation(left=first, right=second):
                return joined([self.holds(first), self.holds(second)])
            case cst.BinaryOperation(left=first, right=second):
                return joined([self.holds(first), self.holds(second)])
        return self._display(node)

    def _display(self, node: cst.BaseExpression) -> Holds:
        """Lists, dictionaries and comprehensions hold what they list; other literals are foreign."""
        parts: list[cst.BaseExpression] = []
        match node:
            case cst.List() | cst.Tuple() | cst.Set() | cst.Dict():
                parts = [each.value for each in node.elements]
            case cst.ListComp(elt=part) | cst.SetComp(elt=part) | cst.GeneratorExp(elt=part):
                parts = [part]
            case cst.DictComp(value=part):
                parts = [part]
        held = {Holds.INTERFACE, Holds.CONTAINER} & {self.holds(part) for part in parts}
        return Holds.CONTAINER if held else Holds.FOREIGN

    def _value(self, value: Value) -> Holds:
        holds = self.holds(value.expression)
        return self._element(holds) if value.element else holds

    def _element(self, holds: Holds) -> Holds:
        if holds is Holds.INTERFACE:
            return self._annotated(self._bindings.interface.returns.get("__iter__", ""))
        return Holds.INTERFACE if holds is Holds.CONTAINER else Holds.UNKNOWN

    def _name(self, node: cst.Name) -> Holds:
        bindings = self._bindings
        if (top_level := bindings.top_level_name(node)) is not None:
            return Holds.INTERFACE if top_level in bindings.interface.classes else Holds.FOREIGN
        assignments = bindings.assignments(node)
        if not assignments:
            foreign = hasattr(builtins, node.value) or node.value in sys.stdlib_module_names
            return Holds.FOREIGN if foreign and node.value not in bindings.interface.kinds else Holds.UNKNOWN
        return joined([*(self._declared(each.node, node) for each in assignments), *self._assigned(node)])

    def _assigned(self, node: cst.Name) -> list[Holds]:
        return [self._value(value) for value in self._bindings.values(node)]

    def _declared(self, declaration: cst.CSTNode, name: cst.Name) -> Holds | None:
        """What a declaration says by itself; None for a plain assignment, whose values say it."""
        if isinstance(declaration, cst.Import | cst.ImportFrom):
            return Holds.SOLUTION if _imports_solution(declaration, name.value) else Holds.FOREIGN
        if isinstance(declaration, cst.ClassDef):
            return Holds.INTERFACE if declaration in self._bindings.family else Holds.FOREIGN
        if isinstance(declaration, cst.FunctionDef):
            return Holds.FOREIGN
        return self._parameter(declaration) if isinstance(declaration, cst.Param) else None

    def _parameter(self, node: cst.Param) -> Holds:
        if node in self._bindings.receivers:
            inside = self._bindings.class_of(self._bindings.receivers[node]) is not None
            return Holds.INTERFACE if inside else Holds.FOREIGN
        return self._annotation(node.annotation.annotation) if node.annotation else Holds.UNKNOWN

    def _attribute(self, node: cst.Attribute) -> Holds:
        name, owner = node.attr.value, self.holds(node.value)
        if owner is Holds.SOLUTION:
            return Holds.INTERFACE if name in self._bindings.interface.classes else Holds.FOREIGN
        if owner is Holds.CONTAINER and name in TAKE_ONE:
            return Holds.INTERFACE
        if owner is Holds.INTERFACE and name == "__class__":
            return Holds.INTERFACE
        annotations = (self._annotation(each) for each in self._bindings.annotations.get(name, ()))
        values = (self._value(each) for each in self._bindings.attributes.get(name, ()))
        return joined([*annotations, *values])

    def _subscript(self, node: cst.Subscript) -> Holds:
        owner = self.holds(node.value)
        if owner is Holds.INTERFACE:  # a generic class, or an object with __getitem__
            generic = isinstance(node.value, cst.Name) and self._bindings.top_level_name(node.value) is not None
            return owner if generic else self._returned("__getitem__")
        return Holds.INTERFACE if owner is Holds.CONTAINER else Holds.UNKNOWN

    def _call(self, node: cst.Call) -> Holds:
        function = node.func
        if isinstance(function, cst.Name):
            return self._call_of_name(function, node)
        if isinstance(function, cst.Attribute):
            return self._call_of_member(function, node)
        return self.holds(function) if self.holds(function) is Holds.INTERFACE else Holds.UNKNOWN

    def _call_of_name(self, function: cst.Name, node: cst.Call) -> Holds:
        bindings = self._bindings
        if self.holds(function) is Holds.INTERFACE:
            return Holds.INTERFACE
        if (top_level := bindings.top_level_name(function)) is not None:
            return self._returned(top_level)
        declared = [each.node for each in bindings.assignments(function)]
        helpers = [each for each in declared if isinstance(each, cst.FunctionDef)]
        if helpers:
            return joined([self._returned_by(each) for each in helpers])
        if any(isinstance(each, cst.ClassDef) for each in declared):
            return Holds.FOREIGN
        if not declared and function.value == "super":
            return Holds.INTERFACE
        return self._call_of_foreign(function.value, node, self.holds(function))

    def _call_of_member(self, function: cst.Attribute, node: cst.Call) -> Holds:
        name, owner = function.attr.value, self.holds(function.value)
        if owner is Holds.SOLUTION:
            known = name in self._bindings.interface.classes
            return Holds.INTERFACE if known else self._returned(name)
        if owner is Holds.INTERFACE:
            return self._returned(name)
        if owner is Holds.CONTAINER:
            return Holds.INTERFACE if name in TAKE_ONE else Holds.CONTAINER
        return self._call_of_foreign(name, node, owner)

    def _call_of_foreign(self, name: str, node: cst.Call, owner: Holds) -> Holds:
        """Functions that are not the task's: they give back objects of the interface only if they got some."""
        given = {self.holds(each.value) for each in node.args} & {Holds.INTERFACE, Holds.CONTAINER}
        if not given:
            return Holds.FOREIGN if owner is Holds.FOREIGN and name not in TAKE_ONE | KEEP else Holds.UNKNOWN
        if name in KEEP:
            return given.pop() if len(given) == 1 else Holds.INTERFACE
        return Holds.INTERFACE if name in TAKE_ONE else Holds.CONTAINER

    def _returned(self, name: str) -> Holds:
        """What a function or method of the interface returns: by its annotation, else by its code here."""
        annotation = self._bindings.interface.returns.get(name)
        if annotation is not None:
            return self._annotated(annotation)
        inside = (each for node in self._bindings.family for each in methods(node))
        return joined([self._returned_by(each) for each in inside if each.name.value == name])

    def _returned_by(self, function: cst.FunctionDef) -> Holds:
        if function.returns is not None:
            return self._annotation(function.returns.annotation)
        collector = Returns()
        function.body.visit(collector)
        held = [self.holds(each) for each in collector.returned]
        yielded = {Holds.INTERFACE, Holds.CONTAINER} & {self.holds(each) for each in collector.yielded}
        return joined([*held, Holds.CONTAINER] if yielded else held)

    def _annotated(self, text: str) -> Holds:
        return self._annotation(cst.parse_expression(text)) if text else Holds.UNKNOWN

    def _annotation(self, node: cst.BaseExpression) -> Holds:
        """What an object of an annotated type holds: `Pool | None` is one, `list[Pool]` holds some."""
        match node:
            case cst.SimpleString():
                return self._annotated(str(node.evaluated_value))
            case cst.BinaryOperation(left=first, right=second):
                return joined([self._annotation(first), self._annotation(second)])
            case cst.Subscript(value=cst.Name(value=name)):
                parts = [each.slice.value for each in node.slice if isinstance(each.slice, cst.Index)]
                inner = joined([self._annotation(part) for part in parts])
                if name in TRANSPARENT or name in self._bindings.interface.classes:
                    return Holds.INTERFACE if name not in TRANSPARENT else inner
                return Holds.CONTAINER if inner in (Holds.INTERFACE, Holds.CONTAINER) else Holds.FOREIGN
            case cst.Name(value=name) if name in self._bindings.interface.classes:
                return Holds.INTERFACE
            case cst.Attribute(attr=inner):
                return self._annotation(inner)
            case cst.Name(value=name):
                type_variable = len(name.strip("_")) == 1
                return Holds.UNKNOWN if name in WITHOUT_TYPE or type_variable else Holds.FOREIGN
        return Holds.FOREIGN


def _members_of_others(bindings: Bindings) -> frozenset[str]:
    """The methods of the classes in this source that are not the interface's."""
    others = (node for node in bindings.classes if node not in bindings.family)
    return frozenset(each.name.value for node in others for each in methods(node))


def _imports_solution(node: cst.Import | cst.ImportFrom, name: str) -> bool:
    """Whether `import solution` or `import solution as name` binds the name."""
    if isinstance(node, cst.ImportFrom):
        return False
    for alias in node.names:
        if isinstance(alias.name, cst.Name) and alias.name.value == "solution":
            bound = alias.asname.name if alias.asname else alias.name
            return isinstance(bound, cst.Name) and bound.value == name
    return False
