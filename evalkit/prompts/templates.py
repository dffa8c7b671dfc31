"""Prompt templates: Jinja files that open with their settings. What they see is in `evalkit.prompts.variables`.

A template may include other files of its folder; those have no settings. A line that holds only a Jinja statement
leaves nothing behind.
"""

import ast
import re
import traceback
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import jinja2
from jinja2 import Environment, StrictUndefined, TemplateSyntaxError, meta, nodes

from evalkit.errors import ConfigError
from evalkit.prompts.front_matter import TemplateSettings, read_utf8, split_settings
from evalkit.prompts.variables import NAMES, ended, variables
from evalkit.types import Prompt, Task

_BEGINS_DEFINITION = re.compile(r"\n(?:def |async def |class |import |from |@|#)")
_BEGINS_LINE = re.compile(r"\n[a-z@#].*", re.DOTALL)  # a program has statements of every kind
_INCLUDES = (nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)


@dataclass(frozen=True, slots=True)
class Template:
    """One template file: where it lies, its settings, and the text under them, which begins below line `offset`."""

    path: Path
    settings: TemplateSettings
    compiled: jinja2.Template
    offset: int

    def __call__(self, task: Task) -> Prompt:
        """A template that shows no other tasks is a prompt style like any other callable."""
        return self.render(task)

    def render(self, task: Task, shots: Sequence[Task] = ()) -> Prompt:
        """The prompt for one task. Raises ConfigError, with file and line, when the template cannot be filled."""
        settings = self.settings
        if len(shots) < settings.shots:
            raise ConfigError(
                f"{self.path}: 'shots' is {settings.shots}, but the suite of {task.id!r} has only {len(shots)} "
                f"other tasks to show."
            )
        try:
            text = self.compiled.render(variables(task, shots[: settings.shots]))
        except Exception as error:  # whatever an expression of a template raises is the template's mistake
            raise ConfigError(f"{self._where(error)}: {error} (task {task.id!r}).") from error
        return Prompt(
            mode=settings.mode,
            text=ended(text) if settings.mode == "base" else text,
            prefill=settings.prefill,
            system=settings.system,
            stop=_stops(settings, task),
            solution=settings.solution,
            max_new_tokens=settings.max_new_tokens,
            verbatim=settings.verbatim,
        )

    def _where(self, error: BaseException) -> str:
        """File and line; Jinja puts the lines of its templates into tracebacks."""
        folder = self.path.parent
        frames = [each for each in traceback.extract_tb(error.__traceback__) if Path(each.filename).parent == folder]
        if not frames:
            return str(self.path)
        file, line = frames[-1].filename, frames[-1].lineno or 1
        return f"{file}:{line + (self.offset if Path(file) == self.path else 0)}"


def _stops(settings: TemplateSettings, task: Task) -> tuple[str, ...]:
    """What ends a sample. A definition ends none where it is still to come, since the prompt asks in words."""
    if settings.mode != "base" or _declares(task.prompt, task.entry_point):
        return settings.stop
    unwanted = _BEGINS_LINE if task.judging == "program" else _BEGINS_DEFINITION
    return tuple(each for each in settings.stop if not unwanted.fullmatch(each))


@lru_cache(maxsize=1024)
def _declares(source: str, name: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # published sources are what they are; the kind differs by Python
        return any(getattr(node, "name", None) == name for node in ast.parse(source).body)


@cache
def read_template(path: Path) -> Template:
    """Read one template file with all it includes.

    Raises ConfigError, with file and line: wrong settings, a syntax error, an unknown variable, a missing file, files
    that include each other in a circle, or bytes that are not UTF-8.
    """
    settings, body, offset = split_settings(path)
    environment = _environment(path, body)
    _check(_Source(path, body, offset), environment, frozenset(NAMES), ())
    return Template(path, settings, environment.get_template(path.name), offset)


@dataclass(frozen=True, slots=True)
class _Source:
    path: Path
    text: str
    offset: int = 0

    def error(self, line: int, message: str) -> ConfigError:
        return ConfigError(f"{self.path}:{line + self.offset}: {message}")


def _environment(path: Path, body: str) -> Environment:
    def load(name: str) -> tuple[str, str, None]:
        file = path.parent / name
        return (body if file == path else read_utf8(file)), str(file), None

    return Environment(
        loader=jinja2.FunctionLoader(load),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # prompts are text for a model, not HTML: escaping would change the code
    )


def _check(source: _Source, environment: Environment, known: frozenset[str], within: tuple[Path, ...]) -> None:
    """Everything that is wrong with a file whatever the task, and with the files it includes."""
    tree = _parsed(source, environment)
    loaded = [node for node in tree.find_all(nodes.Name) if node.ctx == "load"]
    for name in sorted(meta.find_undeclared_variables(tree) - known):
        line = next((node.lineno for node in loaded if node.name == name), 1)
        raise source.error(line, f"unknown variable {name!r}; known: {', '.join(NAMES)}.")
    known |= {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    for node in tree.find_all(_INCLUDES):
        _check(_included(source, node, (*within, source.path)), environment, known, (*within, source.path))


def _parsed(source: _Source, environment: Environment) -> nodes.Template:
    try:
        environment.compile(source.text)  # finds unknown filters, which parsing does not
        return environment.parse(source.text)
    except TemplateSyntaxError as error:
        raise source.error(error.lineno, f"template syntax error: {error.message}") from error


def _included(source: _Source, node: nodes.Node, within: tuple[Path, ...]) -> _Source:
    name = getattr(node, "template", None)
    if not isinstance(name, nodes.Const) or not isinstance(name.value, str):
        raise source.error(node.lineno, "what is included must be the name of one file, in quotes.")
    path = source.path.parent / name.value
    if path in within:
        circle = " -> ".join(each.name for each in (*within[within.index(path) :], path))
        raise source.error(node.lineno, f"files include each other in a circle: {circle}.")
    if not path.is_file():
        raise source.error(node.lineno, f"includes {name.value!r}, but there is no such file in {path.parent}.")
    return _Source(path, read_utf8(path))
