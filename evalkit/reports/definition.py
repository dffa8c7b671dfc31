"""A report as it is defined: a YAML file of sections, held to its form; every mistake is told by file and line."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from evalkit.errors import ReportError

Factor = Literal["model", "temperature", "identifiers", "prompt", "position", "filler_tokens", "retrieval"]


def _as_tuple(value: object) -> object:
    """One stands for a list of one."""
    return tuple(value) if isinstance(value, list) else (value,)


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where PyYAML has it
Text = Annotated[str, Field(min_length=1)]
Names = Annotated[tuple[Text, ...], BeforeValidator(_as_tuple)]
Charts = Annotated[tuple[Text | dict[str, Any], ...], BeforeValidator(_as_tuple)]
Factors = Annotated[tuple[Factor, ...], BeforeValidator(_as_tuple)]


class Section(BaseModel):
    """One section. What it holds is shown in this order: text, charts, tables, templates."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    title: Text = Field(description="a text")
    text: Text | None = Field(None, description="a paragraph")
    first: bool = Field(False, description="true or false: whether it is on the first screen")
    varies: Factors = Field((), description="a factor, or a list of them: the section is there when one of them varies")
    optional: bool = Field(False, description="true or false: whether it is left out when its data are lacking")
    chart: Charts = Field((), description="the name of a chart, a Vega-Lite specification, or a list of them")
    table: Names = Field((), description="the name of a table, or a list of them")
    template: Names = Field((), description="the name of a template, or a list of them")


class Definition(BaseModel):
    """A whole report."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    title: Text = Field(description="a text; the suite's title stands before it")
    explorer: bool = Field(True, description="true or false: whether the page has the samples in it")
    sections: Annotated[tuple[Section, ...], BeforeValidator(_as_tuple)] = Field(description="a list of sections")


class Source:
    """A YAML file, which knows the line of each of its values."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            text = path.read_text(encoding="utf-8")
            self.node = yaml.compose(text, Loader=_LOADER)
            self.values: Any = yaml.load(text, Loader=_LOADER)
        except OSError as error:
            raise ReportError(f"{path} cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise ReportError(f"{path} is not UTF-8: {error.reason} at byte {error.start}.") from error
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise ReportError(f"{path}:{line}: not YAML: {error.problem}.") from error
        except (yaml.YAMLError, RecursionError) as error:
            raise ReportError(f"{path}:1: not YAML: {error}.") from error

    def error(self, place: Sequence[str | int], message: str) -> ReportError:
        """The error for a value at this place: keys and positions from the top."""
        return ReportError(f"{self.path}:{self.line(place)}: {message}")

    def line(self, place: Sequence[str | int]) -> int:
        """The line of a value, or of the nearest thing around it that is there; counted from 1."""
        node, line = self.node, 1
        for step in place:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return line


def read_definition(path: Path) -> tuple[Definition, Source]:
    """A report's definition. Raises ReportError with one line that names the file and the line."""
    source = Source(path)
    if not isinstance(source.values, dict):
        raise ReportError(f"{path}:1: a report is a mapping with title and sections.")
    try:
        return Definition.model_validate(source.values), source
    except ValidationError as error:
        details = error.errors(include_url=False)[0]
    place = [step for step in details["loc"] if isinstance(step, int) or step not in {"str", "dict[str,any]"}]
    raise source.error(place, _explained(place, details["type"], details["msg"]))


def _explained(place: Sequence[str | int], kind: str, message: str) -> str:
    key = next((step for step in reversed(place) if isinstance(step, str)), "the report")
    fields = (Section if len(place) > 1 and place[0] == "sections" else Definition).model_fields
    if kind == "extra_forbidden":
        return f"unknown key {key!r}; known are {', '.join(fields)}."
    if kind == "missing":
        return f"{key!r} is missing."
    wanted = fields[key].description if key in fields else None
    return f"{key!r} must be {wanted}." if wanted else f"{key!r}: {message}."


def _child(node: Any, step: str | int) -> tuple[int, Any] | None:
    """The line of a key or an element, and its value; a single value stands for the list of itself."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    if isinstance(node, yaml.ScalarNode | yaml.MappingNode) and step == 0:
        return node.start_mark.line + 1, node
    return None
