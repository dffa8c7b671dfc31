"""The identifier styles that spell the words of a name another way. A style is one function of a `Name`.

It returns the new name, and need not avoid clashes: `choose_names` does. Names come in the spelling of the task,
with words such as `("connection", "pool", "size")` or `("HTTP", "Error")`; `name.kind` says what the name stands for.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from evalkit.identifiers.words import Kind, Name, pascal

Style = Callable[[Name], str | Name | Iterable[str]]
"""What a style returns: the new name; several, of which the first free one is taken; or another name of the task,
which that one gives up."""

_VOWELS = re.compile(r"[aeiou]", re.IGNORECASE)
_LETTERS_KEPT = 3
_WRITTEN_OUT = {
    "addr": "address", "arg": "argument", "args": "arguments", "arr": "array", "avg": "average", "buf": "buffer",
    "cfg": "configuration", "cnt": "count", "conn": "connection", "ctx": "context", "cur": "current",
    "db": "database", "dict": "dictionary", "dir": "directory", "dst": "destination", "err": "error",
    "fn": "function", "func": "function", "idx": "index", "int": "integer", "len": "length", "lst": "list",
    "max": "maximum", "mid": "middle", "min": "minimum", "msg": "message", "num": "number", "nums": "numbers",
    "obj": "object", "param": "parameter", "params": "parameters", "prev": "previous", "ptr": "pointer",
    "req": "request", "res": "result", "src": "source", "str": "string", "sum": "total", "tmp": "temporary",
    "ttl": "time_to_live", "tup": "tuple", "val": "value", "vals": "values",
}  # fmt: skip
_AROUND: dict[Kind, tuple[str, str]] = {
    "function": ("call_the", "function"),
    "class": ("the", "class"),
    "method": ("call_the", "method"),
    "parameter": ("the_given", "argument"),
    "attribute": ("the_stored", "attribute"),
}


def as_written(name: Name) -> str:
    """The name as the task has it: for published suites, whose prompts are compared with others' figures.

    >>> as_written(Name("minSubArraySum", "function"))
    'minSubArraySum'
    """
    return name.text


def snake_case(name: Name) -> str:
    """`connection_pool_size`; classes are `ConnectionPool`.

    >>> snake_case(Name("connectionPoolSize", "parameter"))
    'connection_pool_size'
    """
    return pascal(name.words) if name.kind == "class" else "_".join(name.words).lower()


def camel_case(name: Name) -> str:
    """`connectionPoolSize`; classes are `ConnectionPool`.

    >>> camel_case(Name("connection_pool_size", "parameter"))
    'connectionPoolSize'
    """
    return pascal(name.words) if name.kind == "class" else _camel(name.words)


def pascal_case(name: Name) -> str:
    """`ConnectionPoolSize`, whatever the name stands for.

    >>> pascal_case(Name("connection_pool_size", "parameter"))
    'ConnectionPoolSize'
    """
    return pascal(name.words)


def screaming_snake(name: Name) -> str:
    """`CONNECTION_POOL_SIZE`, whatever the name stands for, classes too.

    >>> screaming_snake(Name("connection_pool_size", "parameter")), screaming_snake(Name("HTTPError", "class"))
    ('CONNECTION_POOL_SIZE', 'HTTP_ERROR')
    """
    return "_".join(name.words).upper()


def abbreviated(name: Name) -> str:
    """`cnnPl_sz`: the first three letters that are left without vowels, two words joined, others set apart.

    >>> abbreviated(Name("connection_pool_size", "parameter")), abbreviated(Name("RetryError", "class"))
    ('cnnPl_sz', 'RtrErr')
    """
    short = [_shortened(word) for word in name.words]
    if name.kind == "class":
        return "_".join([pascal(short[:2]), *(pascal([word]) for word in short[2:])])
    return "_".join([_camel(short[:2]), *(word.lower() for word in short[2:])])


def verbose(name: Name) -> str:
    """Common short forms written out, and the kind said in words.

    >>> verbose(Name("max_len", "parameter")), verbose(Name("ConnectionPool", "class"))
    ('the_given_maximum_length_argument', 'TheConnectionPoolClass')
    """
    before, after = _AROUND[name.kind]
    words = [before, *(_WRITTEN_OUT.get(word.lower(), word) for word in name.words), after]
    return pascal(words) if name.kind == "class" else "_".join(words).lower()


def _camel(words: Sequence[str]) -> str:
    return words[0].lower() + pascal(words[1:])


def _shortened(word: str) -> str:
    """A word without its vowels, a leading one excepted: three letters at most, and its digits."""
    rest = _VOWELS.sub("", word[1:])
    letters = [letter for letter in word[:1] + rest if not letter.isdigit()]
    return "".join(letters[:_LETTERS_KEPT]) + "".join(letter for letter in word if letter.isdigit())
