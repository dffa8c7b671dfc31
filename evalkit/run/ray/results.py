"""What workers tell the driver of a unit: the passing names of its files, and counts."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from evalkit.run.timing import Record
from evalkit.types import Status


@dataclass(frozen=True)
class Opened:
    """A worker that is ready: where it is, and what it says of its model (by label) or its sandbox."""

    where: str
    described: dict[str, Any]


@dataclass(frozen=True)
class Done:
    """What became of a unit. `staged`: kind -> passing name, in the order of committing; empty where `refused` says
    why the store did not take it.
    """

    staged: dict[str, str] = field(default_factory=dict)
    refused: str | None = None


@dataclass(frozen=True)
class Drawn(Done):
    """`tokens` of each sample; `looks` of each, for the alarm; why samples were `undrawn`; what ended the drawing."""

    tokens: tuple[int | None, ...] = ()
    looks: tuple[tuple[str, str, str | None], ...] = ()
    undrawn: tuple[str, ...] = ()
    failed: str | None = None
    usage: dict[str, Counter[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged(Done):
    """Statuses of each sample's tests, the limits that were used, and why the sandbox is given up, if it is."""

    statuses: tuple[tuple[Status, ...], ...] = ()
    limits: Record = field(default_factory=dict)
    broken: str | None = None

    @property
    def unscored(self) -> bool:
        """Whether a test of the unit has no verdict, through a failure of ours."""
        return any(Status.UNSCORED in each for each in self.statuses)


@dataclass(frozen=True)
class Repeated(Done):
    """A unit that was judged again, or references that were: (task, test) -> failures."""

    failures: dict[tuple[str, str], int] = field(default_factory=dict)
    broken: str | None = None
