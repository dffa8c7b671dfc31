"""One line of a published data file: its fields with their types, or an error that names file, line and field."""

import ast
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from json import JSONDecoder, loads
from pathlib import Path
from typing import Any

from evalkit.errors import TaskError
from evalkit.suites.documents import read_text
from evalkit.suites.jsonl import parse_object, read_lines


@dataclass(frozen=True, slots=True)
class Line:
    """The object in one line. Every method but `error` raises TaskError for a field that is not what it says."""

    path: Path
    number: int
    fields: Mapping[str, Any]

    def error(self, message: str) -> TaskError:
        """The error to raise about this line."""
        return TaskError(self.path, message, self.number)

    def text(self, key: str) -> str:
        """A field that is text."""
        value = self.field(key)
        if not isinstance(value, str):
            raise self.error(f"{key!r} must be text, not {type(value).__name__}")
        return value

    def inputs(self, key: str) -> list[list[Any]]:
        """A field that is a list of argument lists. No inputs are written as an empty object, too (Mbpp/793)."""
        value = self.field(key)
        value = [] if value == {} else value
        if not isinstance(value, list) or not all(isinstance(each, list) for each in value):
            raise self.error(f"{key!r} must be a list of argument lists")
        return value

    def tolerance(self) -> float:
        """The field 'atol'."""
        value = self.field("atol")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
            raise self.error(f"'atol' must be a number of at least 0, not {value!r}")
        return value

    def source(self, key: str, text: str | None = None) -> str:
        """Text that parses as Python: the field itself, or the `text` made with it."""
        text = self.text(key) if text is None else text
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # published sources are what they are; the kind differs by Python
                ast.parse(text)
        except (SyntaxError, ValueError, RecursionError) as error:
            raise self.error(f"{key!r} is not valid Python: {error}") from error
        return text

    def json(self, key: str) -> object:
        """What JSON in a text holds, or the value itself where it is not in a text."""
        value = self.field(key)
        if not isinstance(value, str):
            return value
        try:
            return loads(value)
        except (ValueError, RecursionError) as error:
            raise self.error(f"{key!r} is not JSON: {error}") from error

    def field(self, key: str) -> object:
        """A field of any type."""
        if key not in self.fields:
            raise self.error(f"{key!r} is missing")
        return self.fields[key]


def lines_of(path: Path) -> Iterator[Line]:
    """The lines of a .jsonl or .jsonl.gz file; or the items of a .json file's list, by the lines they begin in.

    Raises TaskError when it cannot be read.
    """
    if path.suffix == ".json":
        yield from _items_of(path)
        return
    for number, data in read_lines(path):
        try:
            yield Line(path, number, parse_object(data))
        except ValueError as error:
            raise TaskError(path, f"the line {error}", number) from error


def _items_of(path: Path) -> Iterator[Line]:
    text, decoder, number = read_text(path), JSONDecoder(), 1
    position = counted = _after_space(text, 0)
    if text[position : position + 1] != "[":
        raise TaskError(path, "must hold a list of objects", 1)
    position = _after_space(text, position + 1)
    while text[position : position + 1] != "]":
        number, counted = number + text.count("\n", counted, position), position
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            raise TaskError(path, f"is not JSON: {error}", number) from error
        if not isinstance(value, dict):
            raise TaskError(path, f"holds {type(value).__name__}, not an object", number)
        yield Line(path, number, value)
        position = _after_space(text, position)
        if text[position : position + 1] == ",":
            position = _after_space(text, position + 1)


def _after_space(text: str, position: int) -> int:
    while text[position : position + 1].isspace():
        position += 1
    return position
