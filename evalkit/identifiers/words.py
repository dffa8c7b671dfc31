"""Names taken apart into words, and what kind of thing a name stands for."""

import re
from collections.abc import Sequence
from typing import Literal

Kind = Literal["function", "class", "method", "parameter", "attribute"]

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
    """Whether a name could be a word of English: one word without an inner capital, underscore or digit."""
    return len(split_words(name)) < 2 and name.isalpha()


def pascal(words: Sequence[str]) -> str:
    """Words joined with capitals; capitals inside a word stay.

    >>> pascal(["connection", "pool"]), pascal(["HTTP", "error"])
    ('ConnectionPool', 'HTTPError')
    """
    return "".join(word[:1].upper() + word[1:] for word in words)
