"""Cutting program text at its top-level statements, and mending its blank space."""

import re
from collections.abc import Sequence

from evalkit.extraction.statements import Kind, Statement, physical_lines, statements

_DECLARES = (Kind.DEFINITION, Kind.IMPORT, Kind.ASSIGNMENT, Kind.GUARD, Kind.COMMENT)
_BLANK = re.compile(r"[ \t]*")
_TAB_WIDTH = 4  # what the prompts indent by


def code_lines(text: str) -> int:
    """How many lines are neither blank nor a comment."""
    return sum(1 for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#"))


def declared_until(program: str, start: int, entry_point: str) -> tuple[int, tuple[str, ...]]:
    """Where the declarations that go on from `start` end, and the reason for the cut there, if any."""
    found = statements(program)
    for index, each in enumerate(found):
        if each.start >= start and each.kind not in _DECLARES:
            return found[_with_comments(found, index, start)].start, (f"cut from {_shown(program, each)} on",)
    last = found[-1] if found else None
    if last and last.start >= start and _unfinished(last, entry_point):
        return last.start, (f"cut the unfinished {_shown(program, last)}",)
    return len(program), ()


def without_demonstrations(program: str, entry_point: str) -> tuple[str, tuple[str, ...]]:
    """The program without what follows the entry point and declares nothing: calls, prints, `if __name__`.

    What stands before the entry point may prepare it (a loop that fills a table) and stays.
    """
    found = statements(program)
    first = next((index for index, each in enumerate(found) if entry_point in each.names), len(found))
    kept, cuts, position = [], [], 0
    for index, each in enumerate(found[first + 1 :], first + 1):
        unfinished = index == len(found) - 1 and _unfinished(each, entry_point)
        if each.kind not in _DECLARES or unfinished:
            start = found[_with_comments(found, index, found[first].end)].start
            kept.append(program[position : max(position, start)])
            position = each.end
            cuts.append(f"cut {'the unfinished ' if unfinished else ''}{_shown(program, each)}")
    return "".join([*kept, program[position:]]), _counted(cuts)


def without_mixed_tabs(program: str) -> tuple[str, tuple[str, ...]]:
    """The program with tabs at the beginning of lines turned into four spaces, if others begin with spaces.

    Python refuses to mix them. Lines inside strings stay as they are.
    """
    if "\t" not in program:
        return program, ()
    starts = [start for start, _ in physical_lines(program) if start < len(program)]
    blanks = [match[0] for start in starts if (match := _BLANK.match(program, start))]
    if not any("\t" in blank for blank in blanks) or not any(" " in blank for blank in blanks):
        return program, ()
    pieces, position = [], 0
    for start, blank in zip(starts, blanks, strict=True):
        pieces += [program[position:start], blank.expandtabs(_TAB_WIDTH)]
        position = start + len(blank)
    return "".join([*pieces, program[position:]]), ("turned tabs into spaces",)


def _unfinished(statement: Statement, entry_point: str) -> bool:
    return not statement.complete and entry_point not in statement.names


def _with_comments(found: Sequence[Statement], index: int, start: int) -> int:
    """The first of the comments right above a statement: they announce it, so they go with it."""
    while index and found[index - 1].kind is Kind.COMMENT and found[index - 1].start >= start:
        index -= 1
    return index


def _shown(program: str, statement: Statement) -> str:
    return repr(program[statement.start : min(statement.end, statement.start + 60)].split("\n", 1)[0])


def _counted(cuts: Sequence[str]) -> tuple[str, ...]:
    """At most three reasons: a rambling answer can have thousands."""
    more = (f"cut {len(cuts) - 3} more such statements",) if len(cuts) > 3 else ()
    return (*cuts[:3], *more)
