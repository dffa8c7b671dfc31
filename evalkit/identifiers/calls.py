"""Which keyword arguments of a call are parameters of the interface."""

import libcst as cst

from evalkit.identifiers.bindings import Bindings, parameters
from evalkit.identifiers.holds import Holds
from evalkit.identifiers.inference import Inference


class Calls:
    """Answers what the calls of one source take by name, in the interface's own names."""

    def __init__(self, bindings: Bindings, inference: Inference) -> None:
        self._bindings, self._inference = bindings, inference
        self._open: set[cst.BaseExpression | cst.FunctionDef] = set()  # under way: recursion ends here

    def keywords(self, node: cst.Call) -> frozenset[str]:
        """The names that, as keywords of this call, belong to the interface.

        A callable of the interface may be called itself, or be handed on together with its arguments:
        `partial(parse, page_size=3)`, `pytest.raises(ValueError, parse, page_size=0)`.
        """
        taken = self._of(node.func)
        for argument in node.args:
            if argument.keyword is None and not argument.star:
                taken |= self._of_interface(argument.value)
        first = self._inference.holds(node.args[0].value) if node.args else Holds.FOREIGN
        if _is_dataclasses_replace(node.func) and first is not Holds.FOREIGN:
            taken |= self._bindings.class_parameters()
        return taken

    def _of(self, function: cst.BaseExpression | cst.FunctionDef) -> frozenset[str]:
        if function in self._open:
            return frozenset()
        self._open.add(function)
        try:
            if isinstance(function, cst.FunctionDef):
                return self._passed_on(function)
            return self._of_interface(function) | self._of_variable(function)
        finally:
            self._open.remove(function)

    def _of_interface(self, function: cst.BaseExpression) -> frozenset[str]:
        """What a function, class or method of the interface takes; nothing for anything else."""
        known = self._bindings.interface.parameters
        match function:
            case cst.Name():
                return known.get(self._bindings.top_level_name(function) or "", frozenset())
            case cst.Attribute(value=owner, attr=cst.Name(value=name)):
                if name in ("__init__", "__new__") and self._is_interface(owner):
                    return self._bindings.class_parameters()
                reached = self._is_interface(owner) or self._inference.renames_member(function)
                return known.get(name, frozenset()) if reached else frozenset()
        return frozenset()

    def _of_variable(self, function: cst.BaseExpression) -> frozenset[str]:
        """What `cls`, a subclass, a helper, an alias or a partial object takes."""
        taken: frozenset[str] = frozenset()
        if isinstance(function, cst.Call):
            handed = self.keywords(function)
            return handed | (self._bindings.class_parameters() if self._is_interface(function) else taken)
        if not isinstance(function, cst.Name):
            return taken
        for assignment in self._bindings.assignments(function):
            if isinstance(assignment.node, cst.FunctionDef):
                taken |= self._of(assignment.node)
            elif isinstance(assignment.node, cst.Param | cst.ClassDef) and self._is_interface(function):
                taken |= self._bindings.class_parameters()
        for value in self._bindings.values(function):
            taken |= self._of(value.expression)
        return taken

    def _passed_on(self, helper: cst.FunctionDef) -> frozenset[str]:
        """What a helper takes as `**options` and hands to the interface."""
        starred = helper.params.star_kwarg
        if starred is None:
            return frozenset()
        collector = _StarredCalls(starred.name.value)
        helper.body.visit(collector)
        own = frozenset(each.name.value for each in parameters(helper))
        return frozenset(name for call in collector.calls for name in self.keywords(call)) - own

    def _is_interface(self, node: cst.BaseExpression) -> bool:
        return self._inference.holds(node) is Holds.INTERFACE


def _is_dataclasses_replace(function: cst.BaseExpression) -> bool:
    """As against `str.replace` and `date.replace`, which are called on an object."""
    match function:
        case cst.Name(value="replace") | cst.Attribute(value=cst.Name(value="dataclasses" | "copy")):
            return True
    return False


class _StarredCalls(cst.CSTVisitor):
    """The calls that a mapping is unpacked into."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.calls: list[cst.Call] = []

    def visit_Call(self, node: cst.Call) -> None:
        starred = (each.value for each in node.args if each.star == "**")
        if any(isinstance(each, cst.Name) and each.value == self._name for each in starred):
            self.calls.append(node)
