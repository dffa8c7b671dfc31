"""Where the text of a sample ends: at a stop string, or where its first complete definition is finished."""

import re
from collections.abc import Sequence

from evalkit.types import StopReason

_TOKEN = re.compile(r"""#[^\n]*|\"{3}|'{3}|["'()\[\]{}]|\\\n""")
_STRING_END = {
    quote: re.compile(rf"\\.|{quote}" + ("" if len(quote) == 3 else r"|\n"), re.DOTALL)
    for quote in ('"', "'", '"""', "'''")
}
# No line inside of brackets begins so: one was never closed.
_FRESH_START = re.compile(r"(?:async +)?def |class |import |from [\w.]+ import |@\w")


def settled_text(decoded: str, before: str) -> str:
    """The text so far, while a character may still lack bytes: until it is whole, the text before stands."""
    return before if decoded.endswith("\ufffd") else decoded


def find_stop(text: str, stop: Sequence[str], searched: int = 0) -> int | None:
    """Where the earliest stop string begins, None if there is none.

    The first `searched` characters are known to hold none whole; one may still begin among them.
    """
    found = (text.find(mark, max(0, searched - len(mark) + 1)) for mark in stop)
    return min((position for position in found if position >= 0), default=None)


class Stops:
    """What ends a sample besides end-of-sequence and max_new_tokens, looked for while its text grows."""

    def __init__(self, stop: Sequence[str] = (), after_definition: bool = False) -> None:
        self._stop = stop
        self._definition = DefinitionEnd() if after_definition else None

    def find(self, text: str, searched: int = 0) -> tuple[int, StopReason] | None:
        """Where the text is to be cut and why; see `find_stop`. What comes first in the text counts."""
        cut = find_stop(text, self._stop, searched)
        end = self._definition.find(text) if self._definition else None
        if end is not None and (cut is None or end < cut):
            return end, StopReason.DEFINITION
        return None if cut is None else (cut, StopReason.STOP_STRING)


class DefinitionEnd:
    """Finds the end of a text's first complete definition while the text grows.

    The text continues a prompt that ends inside a definition, as base prompts do, or begins with one of its own. The
    definition is finished where, after an indented line of code, a line begins in the first column that is no comment:
    outside of strings and brackets, and not continued from the line before. Comments in the first column belong to
    what follows them. Every line is read once.
    """

    def __init__(self) -> None:
        self._line = 0  # where the first line begins that was not read whole
        self._comment: int | None = None  # where comments in the first column begin that may belong to what follows
        self._has_body = False
        self._depth = 0  # open brackets
        self._quote: str | None = None  # of the string that is open
        self._continued = False  # by a backslash

    def find(self, text: str) -> int | None:
        """Where the definition is finished in `text`, None if it is not. Each text begins with the one before.

        >>> text = "    return 1\\n\\n# Next:\\ndef other():"
        >>> text[: DefinitionEnd().find(text)]
        '    return 1\\n\\n'
        """
        while True:
            if self._ends(text):
                return self._line if self._comment is None else self._comment
            newline = text.find("\n", self._line)
            if newline < 0:
                return None
            self._read(text[self._line : newline + 1])
            self._line = newline + 1

    def _ends(self, text: str) -> bool:
        if not self._has_body or self._quote or self._continued or self._line >= len(text):
            return False
        if self._depth:
            return "\n" in text[self._line :] and _FRESH_START.match(text, self._line) is not None
        return text[self._line] not in " \t\r\n\f#"

    def _read(self, line: str) -> None:
        if not (self._depth or self._quote or self._continued):
            self._note(line)
        self._continued = False
        position = 0
        while position < len(line):
            position = self._skip_string(line, position) if self._quote else self._next_token(line, position)

    def _note(self, line: str) -> None:
        code = line.strip()
        if line[0] == "#" and self._comment is None:
            self._comment = self._line
        elif code and code[0] != "#" and line[0] in " \t":
            self._has_body, self._comment = True, None

    def _next_token(self, line: str, position: int) -> int:
        match = _TOKEN.search(line, position)
        if match is None:
            return len(line)
        token = match[0]
        if token in _STRING_END:
            self._quote = token
        elif token == "\\\n":
            self._continued = True
        elif token in "([{":
            self._depth += 1
        elif token in ")]}":
            self._depth = max(0, self._depth - 1)
        return match.end()

    def _skip_string(self, line: str, position: int) -> int:
        assert self._quote is not None
        while match := _STRING_END[self._quote].search(line, position):
            position = match.end()
            if match[0][0] != "\\":  # the end, or the newline that a string of one line does not cross
                self._quote = None
                return position
        return len(line)
