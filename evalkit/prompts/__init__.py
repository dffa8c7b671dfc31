"""Prompt styles: from a task to what is asked of the model.

A style is a template file, packaged (`plain`, `chat`, `careful`...) or your own by its path, or any callable
`Task -> Prompt`, given as 'package.module:Attr' or installed as an entry point.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from evalkit import registry
from evalkit.prompts.templates import Template, read_template
from evalkit.prompts.variables import choose_shots
from evalkit.registry import TEMPLATE_SUFFIX
from evalkit.types import Prompt, Task

__all__ = ["PromptStyle", "build_prompt", "choose_shots", "find_style", "shots_of", "style_label"]

PromptStyle = Callable[[Task], Prompt]


def build_prompt(task: Task, style: str, shots: Sequence[Task] = ()) -> Prompt:
    """What to ask in that style, for a task whose identifiers are already renamed.

    `shots` are other tasks that the style may show, renamed alike: see `shots_of` and `choose_shots`. Raises
    UnknownName when there is no such style, ConfigError when a template is at fault.
    """
    found = find_style(style)
    return found.render(task, shots) if isinstance(found, Template) else found(task)


def find_style(style: str) -> PromptStyle:
    """The style of that name, or in the template file of that path."""
    if style.endswith(TEMPLATE_SUFFIX):
        return read_template(Path(style))
    found: PromptStyle = registry.resolve("prompt style", style)
    return found


def shots_of(style: str) -> int:
    """How many other tasks a style shows as examples."""
    found = find_style(style)
    return found.settings.shots if isinstance(found, Template) else 0


def style_label(style: str) -> str:
    """How cells call a style: a template of one's own by its file's name, so that a run can move between machines.

    >>> style_label("/home/me/styles/polite.jinja"), style_label("chat")
    ('polite.jinja', 'chat')
    """
    return Path(style).name if style.endswith(TEMPLATE_SUFFIX) else style
