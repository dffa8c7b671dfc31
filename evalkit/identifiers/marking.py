"""Finds the interface's names in a task once, for every style: each is put between two marks.

Finding them takes a tenth of a second for a task, filling in a style next to nothing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

import libcst as cst

from evalkit.errors import TaskError
from evalkit.identifiers.bindings import Role
from evalkit.identifiers.interface import interface_of
from evalkit.identifiers.prose import ProseRenamer
from evalkit.identifiers.renaming import rename_source
from evalkit.types import Task

# Letters that may stand in a Python name and that no known text uses: Cyrillic multiocular and binocular o.
_BEGIN, _END = "\ua66e", "\ua669"
MARKED = re.compile(f"{_BEGIN}([^{_BEGIN}{_END}]*){_END}")


@lru_cache(maxsize=256)
def mark_names(task: Task) -> Task:
    """The task with every occurrence of an interface name marked in its sources, requirements and context.

    Raises TaskError when a source is not Python.
    """
    interface = interface_of(task)
    names = {name: f"{_BEGIN}{name}{_END}" for name in interface.kinds}
    prose = ProseRenamer(interface, names).rename

    def mark(source: str, role: Role) -> str:
        try:
            return rename_source(source, role, interface, names, prose)
        except cst.ParserSyntaxError as error:
            raise TaskError(task.id, f"cannot be renamed: {error.message}") from error

    marked = _in_sources(task, mark)
    requirements = tuple(replace(each, text=prose(each.text)) for each in task.requirements)
    entry_point = names.get(task.entry_point, task.entry_point)
    return replace(marked, entry_point=entry_point, requirements=requirements, context=prose(task.context))


def fill_in(marked: Task, names: Mapping[str, str]) -> Task:
    """The task with the marked names replaced; those without a new name as they were."""

    def fill(text: str) -> str:
        return MARKED.sub(lambda match: names.get(match[1], match[1]), text)

    filled = _in_sources(marked, lambda source, _: fill(source))
    requirements = tuple(replace(each, text=fill(each.text)) for each in marked.requirements)
    entry_point, context = fill(marked.entry_point), fill(marked.context)
    return replace(filled, entry_point=entry_point, requirements=requirements, context=context)


def _in_sources(task: Task, change: Callable[[str, Role], str]) -> Task:
    known_wrong = (replace(each, source=change(each.source, Role.SOLUTION)) for each in task.known_wrong)
    return replace(
        task,
        prompt=change(task.prompt, Role.SOLUTION),
        tests_source=change(task.tests_source, Role.TESTS),
        reference=change(task.reference, Role.SOLUTION),
        known_wrong=tuple(known_wrong),
    )
