"""Prompt templates: Jinja files that open with their settings as YAML between two lines of `---`.

A template sees `source` (the code to complete, ending in exactly one newline), `entry_point`, `title` and
`requirements` (each with `id`, `text`, `kind`).
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, StrictUndefined, TemplateError, TemplateSyntaxError
from pydantic import BaseModel, Field, ValidationError

from evalkit.errors import ConfigError
from evalkit.types import Mode, Prompt, Task


class TemplateSettings(BaseModel, extra="forbid", frozen=True):
    """The keys that may stand between the two lines of `---`."""

    mode: Mode = Field(description="base: the text is continued; chat: the text is the user's message")
    prefill: str = Field(default="", description="chat: beginning of the answer, given to the model")
    system: str | None = Field(default=None, description="chat: the system message")
    stop: tuple[str, ...] = Field(default=(), description="strings that end the completion")


@dataclass(frozen=True, slots=True)
class Template:
    """One template file: where it lies, its settings and the Jinja text under them."""

    path: Path
    settings: TemplateSettings
    body: str

    def render(self, task: Task) -> Prompt:
        """The prompt for one task. Raises ConfigError for a name the template must not use."""
        # Prompts are text for a model, not HTML: escaping would change the code.
        environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
        try:
            text = environment.from_string(self.body).render(_variables(task))
        except TemplateSyntaxError as error:
            raise ConfigError(f"{self.path}: template syntax error: {error.message}") from error
        except TemplateError as error:
            raise ConfigError(f"{self.path}: {error.message}; given: {', '.join(_variables(task))}") from error
        settings = self.settings
        return Prompt(settings.mode, _ended(text), settings.prefill, settings.system, settings.stop)


@cache
def read_template(path: Path) -> Template:
    """Read one template file. Raises ConfigError when its settings are missing or wrong."""
    opening, _, rest = path.read_text(encoding="utf-8").partition("---\n")
    settings, divider, body = rest.partition("\n---\n")
    if opening or not divider:
        raise ConfigError(f"{path}: must open with its settings between two lines of ---")
    try:
        return Template(path, TemplateSettings.model_validate(yaml.safe_load(settings)), body)
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: settings: YAML syntax error: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        first = error.errors()[0]
        key, allowed = ".".join(map(str, first["loc"])), ", ".join(TemplateSettings.model_fields)
        raise ConfigError(f"{path}: settings: {key!r}: {first['msg']}; allowed keys: {allowed}") from error


def _variables(task: Task) -> dict[str, Any]:
    return {
        "source": _ended(task.prompt),
        "entry_point": task.entry_point,
        "title": task.title,
        "requirements": task.requirements,
    }


def _ended(text: str) -> str:
    """The text with exactly one newline at its end, so that the model goes on at the start of a line.

    Blank space after the newline would keep the body's own indentation from being one token. A model whose
    tokenizer joins the newline itself to that indentation drops it when it renders the prompt.
    """
    return text.rstrip() + "\n"
