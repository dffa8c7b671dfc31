"""One name in every identifier style, and what each spelling costs in tokens."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalkit import registry
from evalkit.identifiers import Kind, Name

if TYPE_CHECKING:
    from evalkit.models.tokenization import Tokenization

DEFAULT_NAME = "connection_pool_size"
MOST_NAMES = 4


@dataclass(frozen=True)
class Spelling:
    """A name in one style and the tokens it becomes after a space, where names mostly stand."""

    name: str
    style: str
    spelt: str
    pieces: tuple[str, ...]


def spellings(tokenization: "Tokenization", names: Sequence[str]) -> Iterator[Spelling]:
    """Each name in each style that is built in, taken for parameters of one interface."""
    interface: dict[str, Kind] = dict.fromkeys(names, "parameter")
    for name in names:
        for style in registry.BUILTIN["identifier style"]:
            spelt = _first(registry.resolve("identifier style", style)(Name(name, "parameter", interface)))
            yield Spelling(name, style, spelt, tokenization.pieces(" " + spelt))


def _first(proposed: str | Name | Iterable[str]) -> str:
    if isinstance(proposed, Name):
        return proposed.text
    return proposed if isinstance(proposed, str) else next(iter(proposed))


def names_in(text: str) -> tuple[str, ...]:
    """Names that a prompt's signatures give, those of several words first.

    >>> names_in("def open_pool(max_size, url):\\n")
    ('open_pool', 'max_size')
    """
    found: dict[str, None] = {}
    for head in re.findall(r"^[ \t]*(?:async[ \t]+)?def[ \t]+\w+\([^)]*\)", text, re.MULTILINE):
        found |= dict.fromkeys(_of_signature(head.strip()))
    several = [name for name in found if "_" in name.strip("_") or re.search("[a-z][A-Z]", name)]
    return tuple(several[:MOST_NAMES])


def _of_signature(head: str) -> Iterator[str]:
    try:
        [function] = ast.parse(f"{head}: ...").body
    except (SyntaxError, ValueError):
        return
    if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        yield function.name
        yield from (each.arg for each in (*function.args.args, *function.args.kwonlyargs))
