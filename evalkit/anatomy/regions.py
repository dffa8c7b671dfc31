"""What each token of a text belongs to: signature, docstring, requirement, own output, delimiters and so on."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evalkit.anatomy.subject import Subject

REGIONS = (
    "first token", "template", "instructions", "imports", "signature", "docstring", "requirement", "examples", "code",
    "own output", "delimiters",
)  # fmt: skip
_HEAD = re.compile(r"\s*(async\s+def|def|class|@)")
_IMPORT = re.compile(r"\s*(import|from)\s")
_QUOTES = ('"""', "'''")


def regions(subject: "Subject", offsets: Sequence[tuple[int, int]]) -> list[str]:
    """The region of each token. The first token is one of its own: heads that find nothing to attend to attend to it
    (Xiao et al. 2024, arXiv 2309.17453, "attention sinks"). Tokens without a letter or digit are delimiters."""
    special = frozenset(getattr(subject.model.tokenizer, "all_special_ids", ()))
    by_character = list(_characters(subject.prompt))
    found = []
    for at, (token, (start, end)) in enumerate(zip(subject.prompt_ids, offsets, strict=True)):
        text = subject.prompt[start:end]
        found.append(_region(at, token in special, text, by_character[start:end]))
    return found + [
        "own output" if _says_something(subject.model.decode([each])) else "delimiters" for each in subject.drawn_ids
    ]


def _region(at: int, special: bool, text: str, characters: Sequence[str]) -> str:
    if at == 0:
        return "first token"
    if special:
        return "template"
    if not _says_something(text):
        return "delimiters"
    letters = [region for region, letter in zip(characters, text, strict=True) if letter.isalnum()]
    return letters[0] if letters else "delimiters"


def _says_something(text: str) -> bool:
    return any(map(str.isalnum, text))


def _characters(prompt: str) -> Iterator[str]:
    """The region of each character, line by line."""
    lines = _Lines(chat="```" in prompt)
    for line in prompt.splitlines(keepends=True):
        yield from [lines.region(line)] * len(line)


class _Lines:
    """Reads the lines of a prompt, which may end in the middle of a program. `chat` prompts have code in fences."""

    def __init__(self, chat: bool) -> None:
        self._chat, self._fenced = chat, False
        self._head = self._doc = self._example = False
        self._paragraphs = 0

    def region(self, line: str) -> str:
        """What the next line is part of."""
        bare = line.strip()
        if bare.startswith("```"):
            self._fenced = not self._fenced
            self._head = self._doc = False
            return "instructions"
        if self._chat and not self._fenced:
            return "instructions"
        if self._doc:
            return self._in_docstring(bare)
        if self._head or _HEAD.match(line):
            self._head = not bare.endswith(":") and not bare.startswith("@")
            return "signature"
        return self._outside(line, bare)

    def _outside(self, line: str, bare: str) -> str:
        if _IMPORT.match(line):
            return "imports"
        if bare.startswith(_QUOTES):
            self._doc, self._paragraphs, self._example = True, 0, False
            return self._in_docstring(bare[3:])
        return "code"

    def _in_docstring(self, bare: str) -> str:
        self._doc = not bare.endswith(_QUOTES)
        if not bare:
            self._paragraphs += 1
            self._example = False
        self._example = self._example or bare.startswith(">>>")
        if self._example:
            return "examples"
        return "requirement" if self._paragraphs else "docstring"
