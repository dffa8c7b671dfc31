"""What an expression may hold, and the names of the library that tell something about it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum, auto
from io import StringIO
from pathlib import Path

import libcst as cst


class Holds(Enum):
    """What an expression evaluates to."""

    INTERFACE = auto()  # a class of the interface or an object of it
    CONTAINER = auto()  # something that holds or yields such objects
    SOLUTION = auto()  # the module `solution`
    FOREIGN = auto()
    UNKNOWN = auto()


_COMMON_TYPES = (list, tuple, dict, set, str, bytes, int, float, complex)
COMMON_MEMBERS = frozenset(
    name for each in (*_COMMON_TYPES, datetime, timedelta, Decimal, Path, StringIO) for name in dir(each)
)
# Functions and methods that give back one of what they got, and those that give back the same.
TAKE_ONE = frozenset({"next", "min", "max", "get", "pop", "popleft", "popitem", "choice", "value", "anext"})
KEEP = frozenset({"copy", "deepcopy", "replace", "type", "run", "run_until_complete", "result", "wait_for"})
# Annotations that say nothing themselves: around another type, and alone.
TRANSPARENT = frozenset({"Optional", "Annotated", "Final", "ClassVar", "Awaitable", "type", "Type"})
WITHOUT_TYPE = frozenset({"Any", "object", "Self"})


def joined(held: Iterable[Holds | None]) -> Holds:
    """What something holds that may be any of these."""
    found = {each for each in held if each is not None}
    for each in (Holds.INTERFACE, Holds.CONTAINER, Holds.SOLUTION):
        if each in found:
            return each
    return Holds.FOREIGN if found == {Holds.FOREIGN} else Holds.UNKNOWN


class Returns(cst.CSTVisitor):
    """What a function returns and yields, functions inside it left out."""

    def __init__(self) -> None:
        super().__init__()
        self.returned: list[cst.BaseExpression] = []
        self.yielded: list[cst.BaseExpression] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False

    def visit_Return(self, node: cst.Return) -> None:
        if node.value is not None:
            self.returned.append(node.value)

    def visit_Yield(self, node: cst.Yield) -> None:
        if isinstance(node.value, cst.BaseExpression):
            self.yielded.append(node.value)
