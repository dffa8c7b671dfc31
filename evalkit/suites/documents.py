"""From a YAML file to a pydantic model, with every error as one line that names file and line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from evalkit.errors import TaskError

Model = TypeVar("Model", bound=BaseModel)
Location = tuple[int | str, ...]

KINDS = {
    "string_type": "text (put it in quotes)",
    "tuple_type": "a list",
    "model_type": "a mapping of keys to values",
    "bool_type": "true or false",
    "int_type": "a whole number",
}


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, line ends as `\\n`. Raises TaskError when it cannot be read."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise TaskError(path, "this file is missing") from error
    except OSError as error:
        raise TaskError(path, f"cannot be read: {error.strerror}") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TaskError(path, f"is not UTF-8: byte 0x{data[error.start]:02x}", line) from error
    return text.replace("\r\n", "\n")


class Document:
    """A YAML file's mapping, and the line of each of its keys and items.

    Raises TaskError: unreadable file, syntax error, duplicate key, or not a mapping.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        root, self.data = _load(path, read_text(path))
        if not isinstance(root, yaml.MappingNode):
            raise TaskError(path, "must be a mapping of keys to values", 1)
        self._lines: dict[Location, int] = dict(_lines(path, root, ()))

    def line(self, *location: int | str) -> int:
        """The line of a key or item, such as `line("requirements", 2, "id")`; else of what encloses it."""
        while location and location not in self._lines:
            location = location[:-1]
        return self._lines.get(location, 1)

    def error(self, message: str, *location: int | str) -> TaskError:
        """The error to raise about one key or item."""
        return TaskError(self.path, message, self.line(*location))

    def read(self, model: type[Model]) -> Model:
        """The validated model. Raises TaskError for the first wrong line."""
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            details = min(error.errors(), key=self._precedence)
            raise self.error(_sentence(details, model), *details["loc"]) from error

    def _precedence(self, details: ErrorDetails) -> tuple[int, int]:
        """By line, but a list that is too short comes last, the innermost first: wrong items do not count."""
        location = details["loc"]
        return (100 - len(location) if details["type"] == "too_short" else 0), self.line(*location)


def _load(path: Path, text: str) -> tuple[yaml.Node | None, Any]:
    loader = yaml.SafeLoader("")
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        return root, None if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = error.problem or error.context
        raise TaskError(path, f"YAML syntax error: {reason}", mark.line + 1 if mark else None) from error
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise TaskError(path, f"YAML syntax error: {reason}") from error
    except (ValueError, LookupError) as error:  # PyYAML lets bad dates and tagged numbers through raw
        raise TaskError(path, f"YAML value that cannot be read: {error}") from error
    except RecursionError as error:
        raise TaskError(path, "YAML nested too deeply") from error
    finally:
        loader.dispose()


def _lines(path: Path, node: yaml.Node, at: Location) -> Iterator[tuple[Location, int]]:
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                raise TaskError(path, f"the key {key.value!r} is given twice", key.start_mark.line + 1)
            seen.add(key.value)
            yield (*at, key.value), key.start_mark.line + 1
            yield from _lines(path, value, (*at, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield (*at, index), item.start_mark.line + 1
            yield from _lines(path, item, (*at, index))


def _sentence(details: ErrorDetails, model: type[BaseModel]) -> str:
    """One readable line for one pydantic error.

    'requirements[2].kind' must be one of stated, implied, not 'statd'.
    """
    *parents, last = details["loc"] or ("",)
    where, kind, value = _dotted(details["loc"]), details["type"], _shown(details["input"])
    if kind == "extra_forbidden":
        allowed = ", ".join(_owner(model, tuple(parents)).model_fields)
        inside = f" in {_dotted(tuple(parents))}" if parents else ""
        return f"unknown key {str(last)!r}{inside}; allowed: {allowed}"
    if kind == "missing":
        return f"{where} is missing"
    if kind == "literal_error":
        choices = ", ".join(details["ctx"]["expected"].replace("'", "").split(" or "))
        return f"{where} must be one of {choices}, not {value}"
    if kind in KINDS:
        return f"{where} must be {KINDS[kind]}, not {value}"
    if kind == "too_short":
        return f"{where} needs {details['ctx']['min_length']} or more entries, not {details['ctx']['actual_length']}"
    if kind == "string_too_short":
        return f"{where} must not be empty"
    if kind == "string_pattern_mismatch":
        return f"{where} must be a name without spaces and other marks, not {value}"
    reason = details["msg"].removeprefix("Value error, ")
    return f"{where}: {reason[:1].lower()}{reason[1:]}, not {value}"


def _dotted(location: Location) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return repr(text.lstrip("."))


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _owner(model: type[BaseModel], location: Location) -> type[BaseModel]:
    """The model whose keys stand at `location`: list items are models of their own."""
    for part in location:
        if isinstance(part, str):
            model = next(arg for arg in get_args(model.model_fields[part].annotation) if arg is not Ellipsis)
    return model
