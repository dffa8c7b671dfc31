"""Backends: one class each, found by a short name, an entry point of `evalkit.models` or 'package.module:Attr'.

    openai:NAME    scripted    package.module:Attr    package.module:Attr:NAME

What follows the backend's name is the first argument of the class, and options are the others: an option that its
signature does not have is a mistake.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import Parameter, signature

from evalkit import registry
from evalkit.errors import ConfigError
from evalkit.types import Model

_DOTTED = re.compile(r"([\w.]+:\w+)(?::(.+))?", re.DOTALL)


@dataclass(frozen=True)
class Backend:
    """A name as it was given, taken apart. `argument` is None where nothing follows the backend's name."""

    given: str
    path: str
    argument: str | None

    def load(self, usual: Mapping[str, object], options: Mapping[str, object]) -> Model:
        """The model. Of the `usual` options those that it knows are passed; of `options` it must know all.

        Raises UnknownName, ConfigError, and what the backend raises.
        """
        found = registry.resolve("model", self.path)
        if not callable(found):
            return found  # type: ignore[no-any-return]  # an object of somebody's module
        known = _keywords(found)
        self._check(known, options)
        passed = {key: value for key, value in {**usual, **options}.items() if known is None or key in known}
        if known is None:
            passed = dict(options)
        model: Model = found(*([] if self.argument is None else [self.argument]), **passed)
        return model

    def _check(self, known: frozenset[str] | None, options: Mapping[str, object]) -> None:
        unknown = [key for key in options if known is not None and key not in known]
        if unknown:
            named = ", ".join(sorted(known or ())) or "none"
            raise ConfigError(f"Model {self.given!r} has no option {unknown[0]!r}. Its options: {named}.")


def find_backend(name: str) -> Backend | None:
    """The backend that a model's name asks for; None for a starter name, a folder, a file or a hub id."""
    first, colon, rest = name.partition(":")
    if first in registry.names("model"):
        return Backend(name, first, rest if colon else None)
    dotted = _DOTTED.fullmatch(name)
    return Backend(name, dotted[1], dotted[2]) if dotted else None


def takes(name: str, option: str) -> bool:
    """Whether the backend behind a name has an option; False where there is no backend."""
    backend = find_backend(name)
    if backend is None:
        return False
    found = registry.resolve("model", backend.path)
    known = _keywords(found) if callable(found) else frozenset()
    return known is None or option in known


def _keywords(factory: Callable[..., object]) -> frozenset[str] | None:
    """The options of a class or function: its keyword-only parameters; None where it takes any."""
    parameters = signature(factory).parameters.values()
    if any(each.kind is Parameter.VAR_KEYWORD for each in parameters):
        return None
    return frozenset(each.name for each in parameters if each.kind is Parameter.KEYWORD_ONLY)
