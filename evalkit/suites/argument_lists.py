"""Argument lists as lines of JSON that keep tuples, sets, complex numbers and dictionaries with keys of any type.

`sandbox/runner/argument_lists.py` tells the marks, and reads such lines.
"""

import json
from collections.abc import Sequence

_MARKS = ("__tuple__", "__set__", "__complex__", "__dict__")
_END = "(end of an argument list)"
_to_json = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode  # made once: there are many inputs


def as_line(arguments: Sequence[object]) -> str:
    """One argument list. Raises TypeError for a value of another type than those above and JSON's.

    >>> as_line([1, (2, "a")])
    '[1,{"__tuple__":[2,"a"]}]'
    """
    return _to_json([marked(each) for each in arguments])


def marked(value: object) -> object:
    """The value as what JSON knows."""
    match value:
        case list():
            return [marked(item) for item in value]
        case tuple():
            return {"__tuple__": [marked(item) for item in value]}
        case set():
            return {"__set__": [marked(item) for item in value]}
        case complex():
            return {"__complex__": [value.real, value.imag]}
        case dict() if _looks_like_a_mark(value) or not all(isinstance(key, str) for key in value):
            return {"__dict__": [[marked(key), marked(item)] for key, item in value.items()]}
        case dict():
            return {key: marked(item) for key, item in value.items()}
    return value


def json_lines(inputs: Sequence[Sequence[object]]) -> list[str]:
    """`as_line` for each of what was read from JSON and so has its types only: faster, for nothing is walked through.

    >>> json_lines([[{"a": [1]}], []])
    ['[{"a":[1]}]', '[]']
    """
    text = _to_json([part for arguments in inputs for part in (arguments, _END)])  # one call: there are many inputs
    lines = [piece[1:] for piece in text.split(f',"{_END}"')[:-1]]  # without the bracket or comma in front
    if len(lines) != len(inputs) or any(mark in text for mark in _MARKS):
        return [as_line(arguments) for arguments in inputs]
    return lines


def _looks_like_a_mark(value: dict[object, object]) -> bool:
    return len(value) == 1 and next(iter(value)) in _MARKS
