"""A baseline as a file that people read, compare line by line and commit: JSON, one line for each task of a cell."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evalkit.errors import BaselineError
from evalkit.gate.baseline import Baseline, CellCounts
from evalkit.results.files import explained, write_atomically

_ADVICE = "Correct that, or write the file again with 'evalkit baseline RUN -o FILE'."


def write_baseline(baseline: Baseline, path: Path) -> None:
    """Write it whole or not at all. Raises RunDirectoryError when the place cannot be written."""
    with explained(path.parent, "Choose another place with -o."):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, to_text(baseline).encode())


def to_text(baseline: Baseline) -> str:
    """The file's text; equal baselines give equal texts."""
    parts = [
        f'"format": {baseline.format}',
        f'"suite": {_line(baseline.suite.model_dump())}',
        f'"settings": {_block(baseline.settings, 1)}',
        f'"tasks": {_block(baseline.tasks, 1)}',
        '"cells": [\n' + ",\n".join(f"    {_cell(cell)}" for cell in baseline.cells) + "\n  ]",
    ]
    return "{\n" + ",\n".join(f"  {part}" for part in parts) + "\n}\n"


def read_baseline(path: Path) -> Baseline:
    """Raises BaselineError that names the line where something is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise BaselineError(path, f"cannot be read: {error}") from error
    try:
        data = json.loads(text, object_pairs_hook=_without_repeats)
    except json.JSONDecodeError as error:
        raise BaselineError(path, f"is not JSON: {error.msg}. {_ADVICE}", error.lineno) from error
    except _Repeated as error:
        raise BaselineError(path, f"{error} stands here twice. {_ADVICE}", _line_of_repeat(text)) from error
    if isinstance(data, dict) and data.get("format") not in (None, 1):
        message = f"has format {data['format']!r}; this evalkit reads format 1. Use the evalkit that wrote it."
        raise BaselineError(path, message, _line_at(text, ("format",)))
    try:
        return Baseline.model_validate_json(text)
    except ValidationError as error:
        raise _explained(path, text, error) from error


def _explained(path: Path, text: str, error: ValidationError) -> BaselineError:
    """The first mistake, with where it is."""
    first = error.errors()[0]
    message = first["msg"].removeprefix("Value error, ")
    where = first["loc"]
    named = message.partition(": ")[0].split(".")
    if first["type"] == "value_error":  # a rule over several values says in front which of them
        where = (*where, *(int(each) if each.isdecimal() else each for each in named))
    shown = ".".join(map(str, first["loc"])) or "the file"
    return BaselineError(path, f"{shown}: {message}. {_ADVICE}", _line_at(text, where))


class _Repeated(ValueError):
    pass


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if twice := [name for at, name in enumerate(names) if name in set(names[:at])]:
        raise _Repeated(repr(twice[0]))
    return dict(pairs)


def _line_at(text: str, where: tuple[int | str, ...]) -> int | None:
    """The line of a value, or of the innermost value around it that is there."""
    node = _nodes(text)
    if node is None:
        return None
    line = node.start_mark.line + 1
    for step in where:
        inner = _inside(node, step)
        if inner is None:
            break
        node, line = inner, inner.start_mark.line + 1
    return int(line)


def _line_of_repeat(text: str) -> int | None:
    return next((key.start_mark.line + 1 for key in _repeats(_nodes(text))), None)


def _nodes(text: str) -> Any:
    """The tree of values with their places: JSON is YAML, but for odd white space, of which no place is known."""
    import yaml

    try:
        return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        return None


def _inside(node: Any, step: int | str) -> Any:
    if isinstance(step, int):
        return node.value[step] if isinstance(node.value, list) and step < len(node.value) else None
    pairs = node.value if isinstance(node.value, list) and node.id == "mapping" else []
    return next((value for key, value in pairs if key.value == step), None)


def _repeats(node: Any) -> Iterator[Any]:
    if node is None or isinstance(node.value, str):
        return
    if node.id == "mapping":
        keys = [key for key, _ in node.value]
        yield from (key for at, key in enumerate(keys) if key.value in {each.value for each in keys[:at]})
    for each in node.value:
        yield from _repeats(each[1] if isinstance(each, tuple) else each)


def _cell(cell: CellCounts) -> str:
    head = cell.model_dump(exclude={"tasks"}, exclude_defaults=True)
    tasks = {task: counts.model_dump(exclude_defaults=True) for task, counts in cell.tasks.items()}
    return "{" + _line(head)[1:-1] + f', "tasks": {_block(tasks, 2)}' + "}"


def _block(values: dict[str, Any], depth: int) -> str:
    """A mapping with one line for each entry."""
    if not values:
        return "{}"
    lines = ",\n".join(f"{'  ' * (depth + 1)}{_line(key)}: {_line(value)}" for key, value in values.items())
    return f"{{\n{lines}\n{'  ' * depth}}}"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
