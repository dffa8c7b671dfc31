"""What is asked: tasks, their requirements, tests and documents."""

from dataclasses import dataclass
from typing import Literal

RequirementKind = Literal["stated", "implied"]
JudgingKind = Literal["separate", "shared", "program"]
Familiarity = Literal["well-known", "rare", "unseen"]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing the code must do. `stated` in the prompt, or `implied`: expected without being told."""

    id: str
    text: str
    kind: RequirementKind


@dataclass(frozen=True, slots=True)
class Test:
    """One test function of a task. An `example` is shown in the prompt; the others are hidden."""

    __test__ = False  # the name is the domain's; pytest must not collect it

    name: str
    requirement: str
    example: bool


@dataclass(frozen=True, slots=True)
class KnownWrong:
    """A plausible solution that is wrong: it passes every example and breaks exactly `breaks`."""

    name: str
    source: str
    breaks: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Document:
    """A text that retrieval may find, such as a page of a library's documentation."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Library:
    """The library that a task is to be done with: how well known it is, and what the sandbox must offer for it.

    `packages` are modules that solutions may import beside the standard library; they are loaded before the solution.
    """

    name: str
    familiarity: Familiarity
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """A unit of work with its tests. All sources are complete Python modules.

    `prompt` ends where the model is to go on: after the docstring of the last function or class. `context` is a text
    that the prompt relies on and that stands somewhere before it; `documents` are shown only where retrieval finds
    them.
    """

    id: str
    entry_point: str
    prompt: str
    tests_source: str
    requirements: tuple[Requirement, ...]
    tests: tuple[Test, ...]
    reference: str
    known_wrong: tuple[KnownWrong, ...]
    title: str = ""
    tags: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()  # names of the interface that identifier styles must leave alone
    context: str = ""
    documents: tuple[Document, ...] = ()
    # shared: tests run inside the solution's process, which can forge their verdicts; program: it is run, not imported
    judging: JudgingKind = "separate"
    library: Library | None = None

    @property
    def packages(self) -> tuple[str, ...]:
        """What the sandbox must offer beside the standard library."""
        return self.library.packages if self.library else ()


@dataclass(frozen=True, slots=True)
class Suite:
    """A named, ordered set of tasks."""

    name: str
    title: str
    tasks: tuple[Task, ...]
