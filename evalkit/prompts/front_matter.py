"""The settings that open a template file: YAML between two lines of `---`, every mistake with file and line."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, Field, ValidationError

from evalkit.errors import ConfigError
from evalkit.types import Mode, SolutionPlace

FENCE = "---\n"
CHAT_ONLY = ("prefill", "system")


class TemplateSettings(BaseModel, extra="forbid", frozen=True):
    """The keys that may stand between the two lines of `---`. The descriptions end up in error messages."""

    mode: Mode = Field(description="base (the text is continued) or chat (the text is the user's message)")
    prefill: str = Field("", description="text: in chat mode, the beginning of the answer that is given to the model")
    system: str | None = Field(None, description="text: in chat mode, the system message")
    stop: tuple[str, ...] = Field((), description="a list of texts that end the completion")
    solution: SolutionPlace | None = Field(
        None,
        description="continuation (the code goes on from the task's own), block (a code block of the answer) or "
        "last-block (a code block, with reasoning before it); base mode is a continuation and chat a block by default",
    )
    shots: int = Field(0, ge=0, le=50, strict=True, description="a whole number of other tasks to show, from 0 to 50")
    verbatim: bool = Field(
        False,
        strict=True,
        description="true or false: in base mode, whether the text's last newline stays even where the model's "
        "tokenizer would join it to the indentation that follows",
    )
    max_new_tokens: int | None = Field(
        None, ge=1, strict=True, description="a whole number of at least 1: the limit of a published set-up"
    )


def read_utf8(path: Path) -> str:
    """The text of a UTF-8 file, line ends as `\\n`. Raises ConfigError that names the file and the line."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such template file.") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}.") from error
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: not UTF-8 text: byte 0x{data[error.start]:02x}.") from error


def split_settings(path: Path) -> tuple[TemplateSettings, str, int]:
    """A template file's settings, the text under them, and how many lines stand before that text."""
    content = read_utf8(path)
    opening, _, rest = content.partition(FENCE)
    settings, divider, body = f"\n{rest}".partition(f"\n{FENCE}")
    if opening or not divider:
        raise ConfigError(f"{path}:1: must open with its settings between two lines of ---")
    settings = settings[1:]
    return _read(path, settings), body, content[: len(content) - len(body)].count("\n")


def _read(path: Path, text: str) -> TemplateSettings:
    node, values = _loaded(path, text)
    lines = _lines(path, node)
    try:
        settings = TemplateSettings.model_validate(values)
    except ValidationError as error:
        details = min(error.errors(include_url=False), key=lambda each: lines.get(str(each["loc"][0]), 0))
        key = str(details["loc"][0])
        raise ConfigError(f"{path}:{lines.get(key, 1)}: {_sentence(key, details)}") from error
    for key in CHAT_ONLY:
        if settings.mode == "base" and getattr(settings, key):
            raise ConfigError(f"{path}:{lines[key]}: {key!r} is for mode chat; in base mode write it into the text.")
    if "" in settings.stop:
        raise ConfigError(f"{path}:{lines['stop']}: 'stop' has an empty text, which would end every completion.")
    return settings


def _loaded(path: Path, text: str) -> tuple[yaml.MappingNode, dict[str, Any]]:
    try:
        node, values = yaml.compose(text, yaml.SafeLoader), yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 2 if mark else 1
        raise ConfigError(f"{path}:{line}: not valid YAML: {error.problem or error.context}.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: an impossible date
        raise ConfigError(f"{path}:1: not valid YAML: {' '.join(str(error).split())}.") from error
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError(f"{path}:2: the settings must be a mapping of keys to values, at least 'mode: chat'.")
    return node, values


def _lines(path: Path, node: yaml.MappingNode) -> dict[str, int]:
    """The line of each key in its file; the settings begin at line 2. A key given twice is a mistake."""
    found: dict[str, int] = {}
    for key, _ in node.value:
        line = key.start_mark.line + 2
        if key.value in found:
            raise ConfigError(f"{path}:{line}: the key {key.value!r} is given twice.")
        found[key.value] = line
    return found


def _sentence(key: str, details: Any) -> str:
    if details["type"] == "extra_forbidden":
        return f"unknown key {key!r}; allowed keys: {', '.join(TemplateSettings.model_fields)}."
    field = TemplateSettings.model_fields.get(key)
    description = field.description if field else "a name"  # a key that is no text at all
    if details["type"] == "missing":
        return f"{key!r} is missing; give {description}."
    shown = " ".join(repr(details["input"]).split())
    return f"{key!r} must be {description}, not {shown if len(shown) <= 60 else shown[:57] + '...'}."
