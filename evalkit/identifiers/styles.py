"""The identifier styles that come with evalkit. A style is one function: `(words, kind) -> name`.

It need not avoid clashes: `choose_names` does. Words come in the spelling of the task, such as
`("connection", "pool", "size")` or `("HTTP", "Error")`; kind says what the name stands for.
"""

import re
from collections.abc import Callable, Sequence

from evalkit.identifiers.words import Kind, pascal

Style = Callable[[Sequence[str], Kind], str]

_VOWELS = re.compile(r"[aeiou]", re.IGNORECASE)
_LETTERS_KEPT = 3


def snake_case(words: Sequence[str], kind: Kind) -> str:
    """`connection_pool_size`; classes are `ConnectionPool`.

    >>> snake_case(["connection", "pool", "size"], "parameter")
    'connection_pool_size'
    """
    return pascal(words) if kind == "class" else "_".join(word.lower() for word in words)


def camel_case(words: Sequence[str], kind: Kind) -> str:
    """`connectionPoolSize`; classes are `ConnectionPool`.

    >>> camel_case(["connection", "pool", "size"], "parameter")
    'connectionPoolSize'
    """
    return pascal(words) if kind == "class" else words[0].lower() + pascal(words[1:])


def abbreviated(words: Sequence[str], kind: Kind) -> str:
    """`cnnPl_sz`: the first three letters that are left without vowels, two words joined, others set apart.

    >>> abbreviated(["connection", "pool", "size"], "parameter"), abbreviated(["retry", "error"], "class")
    ('cnnPl_sz', 'RtrErr')
    """
    short = [_shortened(word) for word in words]
    if kind == "class":
        return "_".join([pascal(short[:2]), *(pascal([word]) for word in short[2:])])
    return "_".join([camel_case(short[:2], kind), *(word.lower() for word in short[2:])])


def _shortened(word: str) -> str:
    """A word without its vowels, a leading one excepted: three letters at most, and its digits."""
    rest = _VOWELS.sub("", word[1:])
    letters = [letter for letter in word[:1] + rest if not letter.isdigit()]
    return "".join(letters[:_LETTERS_KEPT]) + "".join(letter for letter in word if letter.isdigit())
