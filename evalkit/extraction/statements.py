"""Where the top-level statements of Python-like text begin and end, without parsing it.

What a model writes may be half prose, cut off anywhere, or made to crash a parser (CPython's own dies on
deep nesting). This reader knows strings, comments, brackets and indentation, never fails, and takes time
linear in the length of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """What a top-level statement is, judged by its first line."""

    DEFINITION = auto()
    IMPORT = auto()
    ASSIGNMENT = auto()
    GUARD = auto()  # `if TYPE_CHECKING:` and `try: import ...`: imports under a condition
    COMMENT = auto()
    STRING = auto()
    INDENTED = auto()  # what stands before the first statement and is indented
    OTHER = auto()  # calls, loops, prose


@dataclass(slots=True)
class Statement:
    """One top-level statement of a text: `text[start:end]`, blank lines after it included.

    `complete` is False when a bracket, a string or the body after a header is missing.
    """

    kind: Kind
    start: int
    end: int
    names: tuple[str, ...]  # what it defines or assigns; of imports see `imported_names`
    complete: bool
    main: bool = False  # `if __name__ == "__main__":`


_TOKEN = re.compile(r"""#[^\n]*|\"{3}|'{3}|["'()\[\]{}]|\\\n|(?:\n[ \t]*)*\n""")
_STRING_END = {
    quote: re.compile(rf"\\.|{quote}" + ("" if len(quote) == 3 else r"|\n"), re.DOTALL)
    for quote in ('"', "'", '"""', "'''")
}
# A line that cannot continue an open bracket: the bracket was never closed (prose, or truncated code).
_FRESH_START = re.compile(r"(?:async +)?def |class |import |from [\w.]+ import |if __name__|@\w|```|~~~")

_ITEM = r"[\w.]+(?:[ \t]+as[ \t]+\w+)?"
_IMPORT = re.compile(
    rf"import[ \t]+{_ITEM}(?:[ \t]*,[ \t]*{_ITEM})*[ \t]*(?:[#;\\].*)?$|from[ \t]+[\w.]+[ \t]+import[ \t]+[(*\w]",
    re.MULTILINE,
)
_DEFINITION = re.compile(r"(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)[ \t]*[(:\[]")
_TARGET = r"[^\W\d][\w.]*(?:\[[^\]\n]*\])?"
_ASSIGNMENT = re.compile(
    rf"({_TARGET}(?:[ \t]*,[ \t]*{_TARGET})*)[ \t]*(?::[ \t]*[^\s=:][^=:\n]*)?(?:[-+*/%&|^@]|//|\*\*|<<|>>)?=(?!=)"
    r"|type[ \t]+(\w+)[^=\n]*="
)
_MAIN = re.compile(r"if[ \t]*\(?[ \t]*(?:__name__|['\"]__main__)")
_GUARD = re.compile(r"if[ \t]+(?:typing\.)?TYPE_CHECKING[ \t]*:|try[ \t]*:[ \t]*\n[ \t]+(?:import|from)[ \t]")
_STRING = re.compile(r"[rRbBuUfF]{0,2}[\"']")
_CONTINUES = re.compile(r"(?:else|elif|except|finally)\b")
_HEAD = 400  # characters of a statement looked at to classify it: keeps one endless line cheap


def statements(text: str) -> list[Statement]:
    """The top-level statements of a text, in order; together they cover it from the first to its end."""
    found: list[Statement] = []
    for start, end, closed in _logical_lines(text):
        if text[start] in " \t" and len(found) > 1 and found[-1].kind is Kind.COMMENT:
            found.pop()  # a comment in the first column does not end the body it stands in
        if found and _belongs(text, start, found[-1]):
            _extend(found[-1], text, start, end, closed)
        else:
            found.append(_classified(text, start, end, closed))
    return found


def physical_lines(text: str) -> Iterator[tuple[int, bool]]:
    """Offset of every line that begins outside a string, and whether it continues the line before.

    The last item is the end of the text; there the flag says that a string or bracket is still open.
    """
    position, depth = 0, 0
    yield 0, False
    while match := _TOKEN.search(text, position):
        token, position = match[0], match.end()
        if token[0] == "\n":  # with the blank lines after it
            depth = 0 if _FRESH_START.match(text, position) else depth
            yield position, depth > 0
        elif token == "\\\n":
            yield position, True
        elif token in "([{":
            depth += 1
        elif token in ")]}":
            depth = max(0, depth - 1)
        elif token in _STRING_END:
            end = _string_end(text, position, token)
            if end is None:
                yield len(text), True
                return
            position = end
    yield len(text), depth > 0


def imported_names(statement: str) -> tuple[str, ...]:
    """The names that the text of an import statement binds: `import a.b, c as d` gives ('a', 'd')."""
    listed = re.sub(r"#[^\n]*|[()\\\n;]", " ", re.sub(r"^from\s+\S+\s+import\b|^import\b", "", statement))
    items = [item.split() for item in listed.split(",")]
    return tuple(words[-1] if "as" in words else words[0].partition(".")[0] for words in items if words)


def _string_end(text: str, position: int, quote: str) -> int | None:
    """Where the string ends; a one-line string without an end stops before the newline."""
    while match := _STRING_END[quote].search(text, position):
        if match[0] == "\n":
            return match.start()
        position = match.end()
        if match[0] == quote:
            return position
    return None


def _logical_lines(text: str) -> Iterator[tuple[int, int, bool]]:
    start = 0
    for position, continues in physical_lines(text):
        if position == len(text):
            if start < position:
                yield start, position, not continues
            return
        if position and not continues:
            yield start, position, True
            start = position


def _belongs(text: str, start: int, last: Statement) -> bool:
    """Whether a line is part of the statement before it: blank, indented, `else:`, or under a decorator."""
    if text[start].isspace() or (text[start] == "#" and last.kind is Kind.COMMENT):
        return True
    if text.startswith("@", last.start) and not last.names:
        return _DEFINITION.match(text, start) is not None or text[start] in "@#"
    return _CONTINUES.match(text, start) is not None and last.kind in (Kind.OTHER, Kind.GUARD)


def _extend(last: Statement, text: str, start: int, end: int, closed: bool) -> None:
    last.end = end
    if text.startswith("@", last.start) and (definition := _DEFINITION.match(text, start)):
        last.names, last.complete = (definition[1],), closed and _has_body(text, start, end)
    elif text[start] != "@":
        last.complete = closed and (last.complete or not text[start:end].isspace())


def _classified(text: str, start: int, end: int, closed: bool) -> Statement:
    head = text[start : min(end, start + _HEAD)]
    if text[start].isspace():
        return Statement(Kind.INDENTED, start, end, (), closed)
    if head.startswith("@") or _DEFINITION.match(head):
        definition = _DEFINITION.match(head)
        names = (definition[1],) if definition else ()
        return Statement(Kind.DEFINITION, start, end, names, closed and _has_body(text, start, end))
    if head.startswith("#"):
        return Statement(Kind.COMMENT, start, end, (), True)
    if _IMPORT.match(head):
        return Statement(Kind.IMPORT, start, end, (), closed)
    if assignment := _ASSIGNMENT.match(head):
        return Statement(Kind.ASSIGNMENT, start, end, _targets(assignment), closed)
    if _GUARD.match(text, start):
        return Statement(Kind.GUARD, start, end, (), closed)
    kind = Kind.STRING if _STRING.match(head) else Kind.OTHER
    return Statement(kind, start, end, (), closed, main=_MAIN.match(head) is not None)


def _targets(assignment: re.Match[str]) -> tuple[str, ...]:
    return tuple(target.strip() for target in (assignment[1] or assignment[2]).split(","))


def _has_body(text: str, start: int, end: int) -> bool:
    """Whether code follows the header's colon on the same line."""
    last_line = text[max(start, text.rfind("\n", start, end - 1)) : end]
    code = last_line.split("#", 1)[0].rstrip()
    return ":" in code and not code.endswith(":") and not code.startswith("@")
