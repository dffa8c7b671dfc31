"""Argument lists as lines of JSON, with marks for what JSON lacks: tuples, sets, complex numbers, other dictionaries.

A mark is an object with one key: {"__tuple__": [items]}, {"__set__": [items]}, {"__complex__": [real, imaginary]} and
{"__dict__": [[key, value], ...]}, which also stands for a dictionary that would look like a mark.
`evalkit.suites.argument_lists` writes such lines.
"""

from collections.abc import Callable
from json import JSONDecoder
from typing import Any

_MARKS: dict[str, Callable[[Any], object]] = {
    "__tuple__": tuple,
    "__set__": set,
    "__complex__": lambda parts: complex(*parts),
    "__dict__": dict,
}


def _marked(value: dict[str, Any]) -> object:
    if len(value) == 1:
        ((key, content),) = value.items()
        if key in _MARKS:
            return _MARKS[key](content)
    return value


parse = JSONDecoder(object_hook=_marked).decode
"""The list in a line; a fresh one for each call."""
