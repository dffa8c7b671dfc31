"""Cutting program text at its top-level statements, and mending its blank space."""

import re
from collections.abc import Sequence

from evalkit.extraction.statements import Kind, Statement, physical_lines, statements

_DECLARES = (Kind.DEFINITION, Kind.IMPORT, Kind.ASSIGNMENT, Kind.GUARD, Kind.COMMENT)
# What models write where a text ends and another begins. Not between quotes: code may speak of these marks.
_MARK = r"<\|(?:endoftext|endofmask|end_of_text|im_end|im_start|eot_id|end|file_sep|repo_name|fim_\w+)\|>"
_END_MARK = re.compile(rf"(?<![\"'`]){_MARK}|{_MARK}(?![\"'`])")
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
            return found[_leading_up(found, index, start, entry_point)].start, (f"cut from {_shown(program, each)} on",)
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
            start = found[_leading_up(found, index, max(position, found[first].end), entry_point)].start
            kept.append(program[position:start])
            position = each.end
            cuts.append(f"cut {'the unfinished ' if unfinished else ''}{_shown(program, each)}")
    return "".join([*kept, program[position:]]), _counted(cuts)


def without_end_marks(completion: str) -> tuple[str, tuple[str, ...]]:
    """The completion up to the first special token that ends a text, where it was drawn as text."""
    mark = _END_MARK.search(completion)
    return (completion[: mark.start()], (f"cut from {mark[0]!r} on",)) if mark else (completion, ())


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


def _leading_up(found: Sequence[Statement], index: int, start: int, entry_point: str) -> int:
    """The first of the comments and unfinished statements right above a statement: they go with it."""
    while index and found[index - 1].start >= start:
        above = found[index - 1]
        if above.kind is not Kind.COMMENT and not _unfinished(above, entry_point):
            break
        index -= 1
    return index


def _shown(program: str, statement: Statement) -> str:
    return repr(program[statement.start : min(statement.end, statement.start + 60)].split("\n", 1)[0])


def _counted(cuts: Sequence[str]) -> tuple[str, ...]:
    """At most three reasons: a rambling answer can have thousands."""
    more = (f"cut {len(cuts) - 3} more such statements",) if len(cuts) > 3 else ()
    return (*cuts[:3], *more)
