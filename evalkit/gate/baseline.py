"""What is kept of a run to hold later ones to it: counts per task and cell, and the settings that must be equal."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from evalkit.comparison.matching import FACTORS
from evalkit.comparison.settings import KINDS, comparable_settings
from evalkit.comparison.sides import Side
from evalkit.errors import NotComparable
from evalkit.gate.counting import count_samples

Count = Annotated[int, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Counts(_Part):
    """The samples of one task in one cell. `met`: requirement -> scored samples that meet it."""

    samples: Count
    unscored: Count = 0
    no_code: Count = 0  # completions in which no solution was found
    passed: Count
    met: dict[str, Count]

    @property
    def scored(self) -> int:
        """Samples with a verdict on every test."""
        return self.samples - self.unscored

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.unscored > self.samples or self.no_code > self.samples:
            raise ValueError(f"there are only {self.samples} samples")
        for name, number in (("passed", self.passed), *self.met.items()):
            if number > self.scored:
                raise ValueError(f"{name}: {number} is more than the {self.scored} scored samples")
        if self.met and self.passed > min(self.met.values()):
            raise ValueError(f"passed: {self.passed} samples cannot pass when fewer meet each requirement")
        return self


class CellCounts(_Part):
    """One cell, by the names that experiments use, and its tasks."""

    model: str
    temperature: float
    identifiers: str
    prompt: str
    position: str = "end"
    filler_tokens: Count = 0
    retrieval: str = "off"
    tasks: dict[str, Counts]

    @property
    def levels(self) -> tuple[Any, ...]:
        """The cell's levels in the order of the tables' columns."""
        return tuple(getattr(self, name) for name in FACTORS.values())


class SuiteName(_Part):
    """Which suite, exactly."""

    name: str
    hash: str


class Baseline(_Part):
    """`settings`: "kind: setting" -> value, for everything of KINDS but the suite. `tasks`: task id -> hash."""

    format: Literal[1]
    suite: SuiteName
    settings: dict[str, Any]
    tasks: dict[str, str]
    cells: tuple[CellCounts, ...]

    @model_validator(mode="after")
    def _cells_are_different(self) -> Self:
        levels = [cell.levels for cell in self.cells]
        twice = next((at for at, each in enumerate(levels) if each in levels[:at]), None)
        if twice is not None:
            raise ValueError(f"cells.{twice}: the same cell stands further up")
        return self

    @property
    def comparable(self) -> dict[tuple[str, str], Any]:
        """The settings as `evalkit.comparison.settings.comparable_settings` gives them for a run."""
        suite = {("suite", "suite.name"): self.suite.name, ("suite", "suite.hash"): self.suite.hash}
        return suite | {(kind, name): value for kind, name, value in self._split()}

    def _split(self) -> Iterator[tuple[str, str, Any]]:
        for key, value in self.settings.items():
            kind, _, name = key.partition(": ")
            yield kind, name, value


def baseline_of(side: Side) -> Baseline:
    """The baseline of a run. Raises NotComparable when it has no scored sample, or does not name its suite."""
    if not side.outcomes["scored"].any():
        raise NotComparable(f"{side.results.path} holds no scored sample, so it cannot be a baseline.")
    return counted(side)


def counted(side: Side) -> Baseline:
    """A run in a baseline's form, scored or not. Raises NotComparable when it does not name its suite."""
    manifest = side.results.manifest
    suite = manifest.get("suite")
    if not isinstance(suite, dict) or not {"name", "hash"} <= suite.keys():
        raise NotComparable(f"{side.results.path} does not say which suite it is of, so it cannot be held to one.")
    settings = {f"{kind}: {name}": value for (kind, name), value in comparable_settings(manifest) if kind in KINDS[1:]}
    return Baseline(
        format=1,
        suite=SuiteName(name=str(suite["name"]), hash=str(suite["hash"])),
        settings=settings,
        tasks={task: str(known) for task, known in sorted(side.task_hashes.items())},
        cells=tuple(_cells(side)),
    )


def _cells(side: Side) -> Iterator[CellCounts]:
    """Sorted by their levels, and their tasks by name, so that equal runs give equal files."""
    cells: dict[tuple[Any, ...], dict[str, Counts]] = {}
    for levels, task_id, counts in count_samples(side):
        cells.setdefault(levels, {})[task_id] = Counts(**counts)
    for levels in sorted(cells, key=lambda each: tuple(map(str, each))):
        named: Mapping[str, Any] = dict(zip(FACTORS.values(), levels, strict=True))
        yield CellCounts(**named, tasks=dict(sorted(cells[levels].items())))
