"""Identifier styles: the names of a task's interface spelled another way, everywhere alike.

A style is one function of a `Name`; see `evalkit.identifiers.styles`. One of your own is given as
'package.module:function' or installed as an entry point.
"""

from evalkit import registry
from evalkit.identifiers.interface import interface_of
from evalkit.identifiers.meaningless import misleading, opaque, single_letters
from evalkit.identifiers.naming import choose_names
from evalkit.identifiers.styles import (
    Style,
    abbreviated,
    as_written,
    camel_case,
    pascal_case,
    screaming_snake,
    snake_case,
    verbose,
)
from evalkit.identifiers.words import Kind, Name, split_words
from evalkit.types import Task

__all__ = [
    "Kind",
    "Name",
    "Style",
    "abbreviated",
    "all_names",
    "as_written",
    "camel_case",
    "misleading",
    "new_names",
    "opaque",
    "pascal_case",
    "rename_task",
    "screaming_snake",
    "single_letters",
    "snake_case",
    "split_words",
    "verbose",
]


def all_names(task: Task, style: str) -> dict[str, str]:
    """Old name -> name in that style, for every name of the task's interface, in the order of the prompt.

    Raises UnknownName when there is no such style, ConfigError when it fails or makes no identifiers, TaskError when
    a source cannot be read.
    """
    interface = interface_of(task)
    chosen = choose_names(task, interface, registry.resolve("identifier style", style), style)
    return {name: chosen.get(name, name) for name in interface.kinds}


def new_names(task: Task, style: str) -> dict[str, str]:
    """The part of `all_names` that the style changes; raises the same."""
    return {old: new for old, new in all_names(task, style).items() if new != old}


def rename_task(task: Task, style: str) -> Task:
    """The task with its interface in another style: prompt, tests, reference, known-wrongs, entry point,
    and the names in the requirements' texts. The names of the tests stay.

    Raises what `all_names` raises.
    """
    names = new_names(task, style)
    if not names:
        return task
    from evalkit.identifiers.marking import fill_in, mark_names  # loads a parser, which most commands do without

    return fill_in(mark_names(task), names)
