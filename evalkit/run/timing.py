"""How much processor time a test gets, and the record of it, by which a resumed run judges with the same limits."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from evalkit.errors import RunDirectoryError
from evalkit.paths import AnyPath
from evalkit.results.files import explained, write_atomically
from evalkit.types import Limits, Task

RECORD = "limits.json"
Record = dict[str, dict[str, float | None]]  # as in limits.json

WALL_PER_CPU = 5.0  # wall seconds per second of processor time, as in the default limits


@dataclass(frozen=True, slots=True)
class Timing:
    """Processor time per test: at least `floor` seconds, and `factor` times what the reference's slowest test takes."""

    floor: float = Limits().cpu_seconds
    factor: float = 10.0

    def limits(self, reference_seconds: float = 0.0) -> Limits:
        """The limits of one test, rounded up to the floor times a power of two.

        So coarse, since two measurements of one reference differ a little, and two runs are to have the same limits.
        """
        wanted = self.factor * reference_seconds / self.floor
        cpu_seconds = self.floor * 2.0 ** math.ceil(math.log2(max(1.0, wanted)))
        return Limits(cpu_seconds=cpu_seconds, wall_seconds=max(Limits().wall_seconds, WALL_PER_CPU * cpu_seconds))


DEFAULT_TIMING = Timing()


class Measured(Protocol):
    """What references took in earlier runs; see evalkit.run.reference_times."""

    def get(self, task: Task) -> float | None:
        """Processor seconds of the slowest test."""

    def keep(self, task: Task, seconds: float) -> None:
        """For later runs."""


class Calibrations:
    """Limits by task, as far as they were needed. With a `path` they are kept there, and those there are taken.

    Then comes what was `measured` in earlier runs.

    {task_id: {"reference_cpu_seconds": float or null, "cpu_seconds": float, "wall_seconds": float}}
    """

    def __init__(
        self, timing: Timing = DEFAULT_TIMING, path: AnyPath | None = None, measured: Measured | None = None
    ) -> None:
        """Raises RunDirectoryError when the record cannot be read."""
        self.timing = timing
        self._path = path
        self._measured = measured
        self._not_measured: set[str] = set()
        self._lock = Lock()
        self._record: Record = {}
        self._limits: dict[str, Limits] = {}
        if path is not None and path.exists():
            self._read(path)

    def get(self, task: Task) -> Limits | None:
        """The limits of a task; None when its reference was not measured yet. Raises RunDirectoryError."""
        if task.id not in self._limits and self._measured and task.id not in self._not_measured:
            seconds = self._measured.get(task) if self.timing.factor else None
            if seconds is not None:
                return self._record_limits(task.id, seconds)
            self._not_measured.add(task.id)  # asked once: tasks may be large, and their hash with them
        return self._limits.get(task.id)

    def add(self, task: Task, reference_seconds: float | None) -> Limits:
        """Keep what the slowest test of a reference took; None when it passed none. Raises RunDirectoryError."""
        if self._measured and reference_seconds is not None:
            self._measured.keep(task, reference_seconds)
        return self._record_limits(task.id, reference_seconds)

    @property
    def record(self) -> Record:
        """What is known, in the form of limits.json."""
        with self._lock:
            return dict(self._record)

    def take(self, record: Record) -> None:
        """What others measured counts from now on, also where it was measured here as well."""
        with self._lock:
            self._record |= record
            self._limits |= {task_id: _limits(task_id, entry) for task_id, entry in record.items()}

    def _record_limits(self, task_id: str, reference_seconds: float | None) -> Limits:
        limits = self.timing.limits(reference_seconds or 0.0)
        with self._lock:
            self._record[task_id] = {
                "reference_cpu_seconds": reference_seconds,
                "cpu_seconds": limits.cpu_seconds,
                "wall_seconds": limits.wall_seconds,
            }
            if self._path is not None:
                write_record(self._path, self._record)
            self._limits[task_id] = limits
        return limits

    def _read(self, path: AnyPath) -> None:
        try:
            self.take(json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise RunDirectoryError(
                f"{path} cannot be read ({reason}). Restore it, or remove it to have the references measured again."
            ) from error


def write_record(path: AnyPath, record: Record) -> None:
    """Keep the limits that a run judges with. Raises RunDirectoryError."""
    with explained(path.parent, "Nothing already computed is lost: mend that, then resume the run."):
        write_atomically(path, (json.dumps(record, indent=2, sort_keys=True) + "\n").encode())


def _limits(task_id: str, entry: Mapping[str, float | None]) -> Limits:
    cpu, wall = (float(entry[name] or 0.0) for name in ("cpu_seconds", "wall_seconds"))
    if not (cpu > 0 and wall > 0):
        raise ValueError(f"the limits of {task_id!r} must be above 0")
    return Limits(cpu_seconds=cpu, wall_seconds=wall)
