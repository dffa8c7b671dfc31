"""Renames the names in docstrings and comments: code as code, prose only where a name is meant.

In prose a name is meant between backquotes, as a parameter's entry (`page_size: ...`, `:param page_size:`),
before an opening parenthesis, and wherever it is no plain word: `page_size` is a name, `page` may be English.
"""

import re
from collections.abc import Mapping

import libcst as cst

from evalkit.identifiers.bindings import Role
from evalkit.identifiers.interface import Interface
from evalkit.identifiers.renaming import rename_source
from evalkit.identifiers.words import is_plain_word

_EXAMPLE = re.compile(r"^([ \t]*(?:>>>|\.\.\.)[ ]?)(.*)$")
_QUOTED = re.compile(r"(`+)([^`\n]+)\1")
_SECTION = re.compile(r"^[ \t]*(?:Args|Arguments|Parameters|Attributes|Keyword Args|Raises|Returns)\b:?[ \t]*$")
_ENTRY = re.compile(r"^([ \t]+\*{0,2}|[ \t]*:(?:param|type|ivar|attr)[^:\n]*?[ ])(\w+)(?=[ ]*(?:\([^)\n]*\))?[ ]?:)")


class ProseRenamer:
    """Renames docstrings, comments and sentences of one task."""

    def __init__(self, interface: Interface, names: Mapping[str, str]) -> None:
        self._interface, self._names = interface, names
        marked = [name for name in names if not is_plain_word(name)]
        called = [name for name in names if interface.kinds[name] in ("function", "method")]
        self._marked = _any_of(marked, after=r"(?![\w'\"])")
        self._called = _any_of(called, after=r"(?=\((?!s\)))")

    def rename(self, text: str) -> str:
        """The text of a docstring (quotes and all), a comment or a sentence with its names replaced."""
        lines = text.split("\n")
        examples = self._examples(lines)
        in_section = False
        for index, line in enumerate(lines):
            if index in examples:
                lines[index] = examples[index]
                continue
            in_section = bool(_SECTION.match(line)) or (in_section and (not line.strip() or line[:1].isspace()))
            lines[index] = self._prose(line, in_section)
        return "\n".join(lines)

    def _examples(self, lines: list[str]) -> dict[int, str]:
        """The doctest lines, renamed together: what an earlier one assigns, a later one uses."""
        found = {index: match for index, line in enumerate(lines) if (match := _EXAMPLE.match(line))}
        if not found:
            return {}
        code = self._code("\n".join(match[2] for match in found.values()), Role.EXAMPLES)
        renamed = code.split("\n") if code is not None else [self._words(match[2]) for match in found.values()]
        return {index: match[1] + new for (index, match), new in zip(found.items(), renamed, strict=True)}

    def _code(self, code: str, role: Role) -> str | None:
        """The code renamed, or None when it is not Python by itself."""
        try:
            return rename_source(code, role, self._interface, self._names, self._words)
        except cst.ParserSyntaxError:
            return None

    def _prose(self, line: str, in_section: bool) -> str:
        entry = _ENTRY.match(line)
        if entry and (in_section or ":" in entry[1]) and entry[2] in self._names:
            line = f"{entry[1]}{self._names[entry[2]]}{line[entry.end() :]}"
        parts, position = [], 0
        for quoted in _QUOTED.finditer(line):
            parts += [self._words(line[position : quoted.start()]), quoted[1], self._quoted(quoted[2]), quoted[1]]
            position = quoted.end()
        return "".join([*parts, self._words(line[position:])])

    def _quoted(self, code: str) -> str:
        renamed = self._code(code, Role.WORDS)
        return self._words(code) if renamed is None else renamed

    def _words(self, text: str) -> str:
        def new(match: re.Match[str]) -> str:
            return self._names[match[0]]

        return self._called.sub(new, self._marked.sub(new, text))


def _any_of(names: list[str], after: str) -> re.Pattern[str]:
    """Any of the names as a whole word that is not in quotes: quoted words are data."""
    if not names:
        return re.compile(r"(?!)")
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<![\w'\"])(?:{'|'.join(map(re.escape, longest_first))})\b{after}")
