"""The identifier styles whose names tell little, nothing, or what is not so."""

from collections.abc import Iterator
from itertools import count
from string import ascii_lowercase

from evalkit.identifiers.words import Kind, Name, pascal, split_words

_OPAQUE: dict[Kind, str] = {"function": "f", "class": "C", "method": "f", "parameter": "v", "attribute": "v"}
_SORTS: dict[Kind, str] = {
    "function": "callable",
    "class": "class",
    "method": "callable",
    "parameter": "value",
    "attribute": "value",
}


def single_letters(name: Name) -> Iterator[str]:
    """The initials of the words, then the rest of the alphabet; classes in capitals, and others when all are taken.

    >>> "".join(single_letters(Name("page_size", "parameter")))[:6], next(single_letters(Name("Pool", "class")))
    ('psabcd', 'P')
    """
    initials = (word[0].lower() for word in name.words if word[0].isalpha())
    letters = list(dict.fromkeys([*initials, *ascii_lowercase]))
    capitals = [letter.upper() for letter in letters if len(letter.upper()) == 1]  # there are letters without one
    yield from (*capitals, *letters) if name.kind == "class" else (*letters, *capitals)


def opaque(name: Name) -> Iterator[str]:
    """`f1` for functions and methods, `C1` for classes, `v1` for parameters and attributes: counted in the task.

    >>> next(opaque(Name("page_size", "parameter"))), next(opaque(Name("Pool", "class")))
    ('v1', 'C1')
    """
    yield from (f"{_OPAQUE[name.kind]}{number}" for number in count(1))


def misleading(name: Name) -> Name | str:
    """The next name of the same sort (what is called, what holds a value, classes), the first one for the last.

    A sort of which the task has one name only is joined to the largest sort; private names are sorts of their own.
    Between a class and anything else, private and public, the words are exchanged and keep their spelling. A task with
    a single name cannot mislead: it stays.

    >>> kinds = {"find_user": "function", "user_id": "parameter", "limit": "parameter"}
    >>> [misleading(Name(text, kind, kinds)).text for text, kind in kinds.items()]
    ['user_id', 'limit', 'find_user']
    """
    peers = _peers(name)
    other = name.other(peers[(peers.index(name.text) + 1) % len(peers)])
    if _spelling(name) == _spelling(other):
        return other
    words = split_words(other.text)
    return pascal(words) if name.kind == "class" else "_".join(words).lower()


def _sort(name: Name) -> str:
    return _SORTS[name.kind] + ("_" if name.text.startswith("_") else "")


def _spelling(name: Name) -> tuple[bool, bool]:
    return name.kind == "class", name.text.startswith("_")


def _peers(name: Name) -> list[str]:
    """The names that this one may be exchanged with, itself included, in the order of the prompt."""
    sorts: dict[str, list[str]] = {}
    for text in name.interface:
        sorts.setdefault(_sort(name.other(text)), []).append(text)
    largest = max(sorts.values(), key=len)
    joined = {text for peers in sorts.values() if len(peers) == 1 or peers is largest for text in peers}
    if len(joined) == len(largest) or name.text not in joined:
        return sorts[_sort(name)]
    return [text for text in name.interface if text in joined]
