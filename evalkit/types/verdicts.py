"""What became of a solution, and the seam that says so: `Sandbox`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from evalkit.types.samples import SampleKey
from evalkit.types.tasks import JudgingKind


class Status(StrEnum):
    """What became of one test. Only `unscored` is our own failure; it never counts against a model."""

    PASSED = "passed"
    FAILED = "failed"  # the test's own assertion said no
    ERROR = "error"  # the solution raised something the test did not expect, or ended early
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    OUTPUT_LIMIT = "output_limit"
    CRASHED = "crashed"  # killed by a signal of its own making (segmentation fault, abort)
    NO_SOLUTION = "no_solution"  # nothing that could be executed was found in the completion
    UNSCORED = "unscored"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one test of one sample."""

    key: SampleKey
    test: str
    requirement: str
    example: bool
    status: Status
    message: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one test may use. `cpu_seconds` decides; `wall_seconds` only ends what sleeps or is blocked."""

    cpu_seconds: float = 4.0
    wall_seconds: float = 20.0
    memory_bytes: int = 512 * 2**20
    processes: int = 64
    output_bytes: int = 2**20


@dataclass(frozen=True, slots=True)
class Job:
    """One solution to judge: run the test functions named in `plan`, in order, from `tests_source`."""

    solution: str
    entry_point: str
    tests_source: str
    plan: tuple[str, ...]
    limits: Limits = field(default_factory=Limits)
    judging: JudgingKind = "separate"
    packages: tuple[str, ...] = ()  # see Library


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the sandbox says of one planned test.

    `cpu_seconds` is what the solution used. It differs from run to run, so it makes no outcome different and is no
    part of a verdict; limits are calibrated with it. A sandbox that does not measure leaves it at 0.
    """

    test: str
    status: Status
    message: str = ""
    cpu_seconds: float = field(default=0.0, compare=False)


class Judge(Protocol):
    """Says what becomes of a solution."""

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        """One outcome per planned test, in order. Raises SandboxFailed when the sandbox itself broke."""


@runtime_checkable
class JudgesTogether(Protocol):
    """What a sandbox may offer beside `judge`: several jobs at once, which saves the way to it and back for each."""

    def judge_all(self, jobs: Sequence[Job]) -> list[tuple[Outcome, ...]]:
        """The outcomes of a first part of the jobs: all of them unless the sandbox broke."""


class Sandbox(Judge, Protocol):
    """Judges solutions. `judge` may be called from `workers` threads at a time."""

    name: str
    isolates: bool
    workers: int

    def describe(self) -> Mapping[str, object]:
        """Engine, version, image and limits, for the manifest and the report."""

    def close(self) -> None:
        """Remove every container and process of this sandbox."""
