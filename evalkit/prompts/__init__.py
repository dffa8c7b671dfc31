"""Prompt styles: from a task to what is asked of the model.

A style is a callable `Task -> Prompt`; `plain` and `chat` are template files of this package. A style of
your own is any such callable, given as 'package.module:Attr' or installed as an entry point.
"""

from collections.abc import Callable
from pathlib import Path

from evalkit import registry
from evalkit.prompts.templates import read_template
from evalkit.types import Prompt, Task

__all__ = ["PromptStyle", "build_prompt", "chat", "plain"]

PromptStyle = Callable[[Task], Prompt]

_TEMPLATES = Path(__file__).parent / "templates"


def build_prompt(task: Task, style: str) -> Prompt:
    """What to ask in that style, for a task whose identifiers are already renamed.

    Raises UnknownName when there is no such style.
    """
    build: PromptStyle = registry.resolve("prompt style", style)
    return build(task)


def plain(task: Task) -> Prompt:
    """The source to continue and nothing else, as a base model has seen code in training."""
    return read_template(_TEMPLATES / "plain.jinja").render(task)


def chat(task: Task) -> Prompt:
    """A request to complete the source; the answer begins inside a code fence and ends where it closes."""
    return read_template(_TEMPLATES / "chat.jinja").render(task)
