"""Where one name of an interface may take the place of another: the check behind styles that exchange names.

Within a source, a variable must not get the name of a variable that stays, nor a member that of a member that stays.
A name counts for the whole source, whatever the scope: this may forbid an exchange that would do no harm.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from evalkit.identifiers.marking import MARKED
from evalkit.identifiers.parsing import parse
from evalkit.types import Task


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of one source: those of the interface, which change, and those that stay."""

    changing: set[str] = field(default_factory=set)
    staying: set[str] = field(default_factory=set)

    def add(self, name: str) -> None:
        if marked := re.fullmatch(MARKED, name):
            self.changing.add(marked[1])
        else:
            self.staying.add(name)


class Clashes:
    """Reads the sources of a task whose names are marked."""

    def __init__(self, marked: Task) -> None:
        known_wrong = (wrong.source for wrong in marked.known_wrong)
        sources = (marked.prompt, marked.tests_source, marked.reference, *known_wrong)
        self._spaces = [space for source in sources for space in _spaces(parse(source))]

    def between(self, name: str, other: str) -> bool:
        """Whether `name` must not be called `other`, even where `other` gets another name."""
        return any(name in space.changing and other in space.staying for space in self._spaces)


def _spaces(tree: ast.Module) -> tuple[_Names, _Names]:
    """The variables of a source, and its members: what follows a dot or is defined in a class."""
    variables, members = _Names(), _Names()
    for node in ast.walk(tree):
        for name in _variables(node):
            variables.add(name)
        for name in _members(node):
            members.add(name)
    return variables, members


def _variables(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name
        case ast.alias(name=name, asname=bound):
            yield bound or name.partition(".")[0]
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            yield from names


def _members(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Attribute(attr=name):
            yield name
        case ast.ClassDef(body=body):
            for statement in body:
                yield from (name for part in ast.walk(statement) for name in _variables(part))
