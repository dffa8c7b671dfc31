"""Renames the names in docstrings and comments: code as code, prose only where a name is meant.

In prose a name is meant between backquotes, as a parameter's entry (`page_size: ...`, `:param page_size:`),
before an opening parenthesis, beside what only code has (`page = 3`, `page[0]`, `0 < page`, `len(page)`), and wherever
it is no plain word: `page_size`, `n` and `lst` are names, `page` may be English. `a` is a name where no article can
stand: in "a and b", "(a)" and "a + 1".
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
_BEFORE_CODE = r"(?=[ ]*(?:(?:[=<>]=?|\[)[ ]*[\w\"'\[({-]|:[ ]*\[))"
_AFTER_CODE = r"(?:(?<=[<>]=[ ])|(?<=[^=-][<>][ ])|(?<=[ ]@)|(?<=\w\((?=\w+\))))"
# After the article comes a word that can stand before a noun.
_NO_ARTICLE = (
    r"(?=\[|\s*(?:[,;:.)\]=<>+*/%^|-]|$|(?:and|or|is|are|to|in|than|from|by|if|when|that|which|divided)\b))(?!['\"])"
)


class ProseRenamer:
    """Renames docstrings, comments and sentences of one task."""

    def __init__(self, interface: Interface, names: Mapping[str, str]) -> None:
        self._interface, self._names = interface, names
        marked = [name for name in names if not is_plain_word(name)]
        members = [name for name in names if interface.kinds[name] == "method"]
        functions = [name for name in names if interface.kinds[name] in ("function", "class")]
        self._call = _called(members, functions, r"\((?!e?s\))[^()\n]*\)")
        self._marked = _any_of(marked, after=r"(?![\w'\"]|\.[a-z]\.)(?:(?<!\w\(s(?=\)))|(?<=len\(s))")
        self._article = _any_of(["a"] if "a" in names else [], after=_NO_ARTICLE)
        self._called = _called(members, functions, r"(?=\((?!e?s\)))")
        plain = [name for name in names if name not in marked and name != "a"]
        self._before_code = _any_of(plain, after=_BEFORE_CODE)
        self._after_code = _any_of(plain, before=_AFTER_CODE)

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
        """Text without backquotes: its calls of the interface are code, in the rest single words are names."""
        parts, position = [], 0
        for call in self._call.finditer(text):
            code = self._code(call[0], Role.WORDS)
            parts += [self._single_words(text[position : call.start()]), code or self._single_words(call[0])]
            position = call.end()
        return "".join([*parts, self._single_words(text[position:])])

    def _single_words(self, text: str) -> str:
        for pattern in (self._marked, self._article, self._called, self._before_code, self._after_code):
            text = pattern.sub(lambda match: self._names[match[0]], text)
        return text


def _called(members: list[str], functions: list[str], after: str) -> re.Pattern[str]:
    """Calls of the interface: functions and classes are no members, so `text.split(...)` is not ours."""
    patterns = _any_of(members, after=after), _any_of(functions, before=r"(?<!\w\.)", after=after)
    return re.compile("|".join(each.pattern for each in patterns))


def _any_of(names: list[str], before: str = "", after: str = "") -> re.Pattern[str]:
    """Any of the names as a whole word that is not in quotes: quoted words are data."""
    if not names:
        return re.compile(r"(?!)")
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<![\w'\"]){before}(?:{'|'.join(map(re.escape, longest_first))})\b{after}")
