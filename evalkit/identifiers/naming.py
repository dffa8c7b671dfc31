"""Gives every name of an interface its name in a style, without clashes and always the same."""

import builtins
import keyword
import re
from collections.abc import Iterator

from evalkit.errors import ConfigError
from evalkit.identifiers.interface import Interface
from evalkit.identifiers.styles import Style
from evalkit.identifiers.words import restyled, split_words
from evalkit.types import Task

_RESERVED = frozenset([*keyword.kwlist, *keyword.softkwlist, *dir(builtins)])


def choose_names(task: Task, interface: Interface, style: Style, style_name: str) -> dict[str, str]:
    """Old name -> new name, for the names that change. No two share a new name, and no new name is a
    keyword, a builtin, or a word that occurs anywhere in the task: so replacing it back is always exact.

    A clash is resolved by a number, in the order of the prompt. Raises ConfigError when the style makes
    something that is not an identifier.
    """
    taken = set(_RESERVED).union(*(re.findall(r"\w+", text) for text in _texts(task)))
    chosen: dict[str, str] = {}
    for name, kind in interface.kinds.items():
        styled = restyled(name, style(split_words(name), kind))
        if not styled.isidentifier():
            message = f"Identifier style {style_name!r} turns {name!r} into {styled!r}"
            raise ConfigError(f"{message}, which is not a Python identifier.")
        if styled != name:
            chosen[name] = next(each for each in _numbered(styled) if each not in taken)
            taken.add(chosen[name])
    return chosen


def _numbered(name: str) -> Iterator[str]:
    yield name
    separator = "_" if name[-1].isdigit() else ""
    number = 2
    while True:
        yield f"{name}{separator}{number}"
        number += 1


def _texts(task: Task) -> Iterator[str]:
    yield from (task.prompt, task.tests_source, task.reference)
    yield from (wrong.source for wrong in task.known_wrong)
    yield from (requirement.text for requirement in task.requirements)
