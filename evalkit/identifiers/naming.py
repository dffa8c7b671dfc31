"""Gives every name of an interface its name in a style, without clashes and always the same."""

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count, islice

from evalkit.errors import ConfigError
from evalkit.identifiers.interface import Interface
from evalkit.identifiers.styles import Style
from evalkit.identifiers.words import Kind, Name, restyled
from evalkit.types import Task

_RESERVED = frozenset([*keyword.kwlist, *keyword.softkwlist, *dir(builtins)])
_MOST_PROPOSALS = 10_000  # a style without end must still end: no task has so many words


class Naming:
    """Asks one style for the names of one interface; every mistake of the style becomes a ConfigError."""

    def __init__(self, style: Style, style_name: str, kinds: Mapping[str, Kind]) -> None:
        if not callable(style):
            raise ConfigError(f"Identifier style {style_name!r} is not a function but a {type(style).__name__}.")
        self._style, self._style_name, self._kinds = style, style_name, kinds

    def choose(self, task: Task) -> dict[str, str]:
        """Old name -> new name, for the names that change."""
        proposed = {name: self._proposed(name) for name in self._kinds}
        taken = _words(task)
        exchanged = _exchanged(task, proposed)
        chosen: dict[str, str] = {}
        for name, proposals in proposed.items():
            new = exchanged.get(name) or self._first_free(name, proposals, taken)
            taken.add(new)
            if new != name:
                chosen[name] = new
        return chosen

    def _proposed(self, name: str) -> Name | Iterable[str]:
        with self._explained(name):
            proposed = self._style(Name(name, self._kinds[name], self._kinds))
        if isinstance(proposed, Name):
            self._check(name, proposed.text)
            return proposed
        if isinstance(proposed, str):
            return (proposed,)
        if isinstance(proposed, Iterable):
            return proposed
        raise self._error(name, proposed, "not a name")

    def _first_free(self, name: str, proposals: Name | Iterable[str], taken: set[str]) -> str:
        """The first proposal that is free or the name as it is; where there is none, the first with a number."""
        first, candidates = None, (proposals.text,) if isinstance(proposals, Name) else proposals
        with self._explained(name):
            for proposal in islice(candidates, _MOST_PROPOSALS):
                proposal = self._check(name, proposal)
                if proposal == name or proposal not in taken:
                    return proposal
                first = first or proposal
        if first is None:
            raise ConfigError(f"Identifier style {self._style_name!r} proposes nothing for {name!r}.")
        return next(numbered for numbered in _numbered(first) if numbered not in taken)

    def _check(self, name: str, proposal: object) -> str:
        """The proposal between the underscores of the name. Raises ConfigError when it is no good."""
        if not isinstance(proposal, str) or not proposal.isidentifier() or not proposal.strip("_"):
            raise self._error(name, proposal, "not a Python identifier")
        if proposal.startswith("_") and not name.startswith("_"):
            raise self._error(name, proposal, "private; begin with a letter")
        if unicodedata.normalize("NFKC", proposal) != proposal:
            raise self._error(name, proposal, f"read by Python as {unicodedata.normalize('NFKC', proposal)!r}")
        return restyled(name, proposal.lstrip("_"))

    @contextmanager
    def _explained(self, name: str) -> Iterator[None]:
        try:
            yield
        except ConfigError:
            raise
        except Exception as error:  # a style is a user's code and may raise anything
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            raise ConfigError(f"Identifier style {self._style_name!r} fails on {name!r}: {reason}") from error

    def _error(self, name: str, proposed: object, reason: str) -> ConfigError:
        return ConfigError(
            f"Identifier style {self._style_name!r} turns {name!r} into {proposed!r}, which is {reason}."
        )


def choose_names(task: Task, interface: Interface, style: Style, style_name: str) -> dict[str, str]:
    """Old name -> new name, for the names that change. No two share a new name, and no new name is a
    keyword, a builtin, or a word that occurs anywhere in the task: so replacing it back is always exact.
    Only a style that exchanges names of the task gives names that occur, where that is safe.

    A clash is resolved by a number, in the order of the prompt. Raises ConfigError when the style fails or makes
    something that is not an identifier.
    """
    return Naming(style, style_name, interface.kinds).choose(task)


def _exchanged(task: Task, proposed: Mapping[str, Name | Iterable[str]]) -> dict[str, str]:
    """The proposals that are other names of the task and can be had: each is given up, wanted once, and clashes with
    nothing that stays."""
    wanted = {name: new.text for name, new in proposed.items() if isinstance(new, Name) and new.text != name}
    if not wanted:
        return {}
    from evalkit.identifiers.clashes import Clashes  # reads marked sources, which takes a parser
    from evalkit.identifiers.marking import mark_names

    clashes = Clashes(mark_names(task))
    free = {name for name, new in proposed.items() if _moves(name, new)} - _RESERVED
    exchanged: dict[str, str] = {}
    for name, new in wanted.items():
        if new in free and not clashes.between(name, new):
            exchanged[name] = new
            free.remove(new)
    return exchanged


def _moves(name: str, proposals: Name | Iterable[str]) -> bool:
    """Whether a style surely gives a name another one."""
    if isinstance(proposals, Name):
        return proposals.text != name
    return isinstance(proposals, tuple) and restyled(name, proposals[0]) != name


def _numbered(name: str) -> Iterator[str]:
    separator = "_" if name[-1].isdigit() else ""
    return (f"{name}{separator}{number}" for number in count(2))


def _words(task: Task) -> set[str]:
    """What a new name must not be."""
    return set(_RESERVED).union(*(re.findall(r"\w+", text) for text in _texts(task)))


def _texts(task: Task) -> Iterator[str]:
    yield from (task.prompt, task.tests_source, task.reference)
    yield from (wrong.source for wrong in task.known_wrong)
    yield from (requirement.text for requirement in task.requirements)
