"""A name of an interface: its words, and what kind of thing it stands for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Kind = Literal["function", "class", "method", "parameter", "attribute"]

# Short forms with a vowel that prose uses for nothing else.
_NO_ENGLISH = frozenset(
    "addr arg args arr attr avg buf char chars config conn cur dest dict elem elems enc env eps func funcs idx iter "
    "iters kwargs loc num nums obj objs param params pos prev proc rec ref res seq temp tup tups val vals vars".split()
)
_VOWEL = re.compile(r"[^\W\d_bcdfghjklmnpqrstvwxz]", re.IGNORECASE)  # or a letter of another alphabet


@dataclass(frozen=True)
class Name:
    """One name of a task's interface, as a style is given it.

    `interface` has all names of the task with their kinds, this one included, in the order of the prompt.

    >>> Name("page_size", "parameter").words
    ('page', 'size')
    """

    text: str
    kind: Kind
    interface: Mapping[str, Kind] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words it is made of, in the task's spelling: `("HTTP", "Error")`."""
        return split_words(self.text)

    def other(self, text: str) -> "Name":
        """Another name of the same interface."""
        return Name(text, self.interface[text], self.interface)


# Between `size` and `Limit` in sizeLimit, and between `HTTP` and `Server` in HTTPServer.
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def split_words(name: str) -> tuple[str, ...]:
    """The words of a name, in their own spelling; underscores at its ends belong to none.

    >>> split_words("connection_pool_size"), split_words("HTTPServer"), split_words("class_")
    (('connection', 'pool', 'size'), ('HTTP', 'Server'), ('class',))
    """
    return tuple(word for part in name.split("_") if part for word in _HUMP.split(part))


def restyled(name: str, joined: str) -> str:
    """`joined` between the underscores that the name began and ended with."""
    core = name.strip("_")
    before, _, after = name.partition(core) if core else ("", "", "")
    return f"{before}{joined}{after}"


def is_plain_word(name: str) -> bool:
    """Whether a name could be a word of English: one word without an inner capital, underscore or digit, that is
    longer than a letter, has a vowel and is no usual short form.

    >>> [is_plain_word(name) for name in ("page", "page_size", "n", "a", "lst", "nums")]
    [True, False, False, True, False, False]
    """
    if len(split_words(name)) > 1 or not name.isalpha():
        return False
    return name == "a" or (len(name) > 1 and bool(_VOWEL.search(name)) and name not in _NO_ENGLISH)


def pascal(words: Sequence[str]) -> str:
    """Words joined with capitals; capitals inside a word stay.

    >>> pascal(["connection", "pool"]), pascal(["HTTP", "error"])
    ('ConnectionPool', 'HTTPError')
    """
    return "".join(word[:1].upper() + word[1:] for word in words)
