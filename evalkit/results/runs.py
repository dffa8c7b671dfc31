"""Which run directories are meant, and whether they can be one table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.errors import RunDirectoryError
from evalkit.paths import AnyPath, RemotePath, as_path
from evalkit.results.manifest import NAME, read_manifest

Runs = AnyPath | str | Iterable[AnyPath | str]


@dataclass(frozen=True, slots=True)
class Run:
    """One run that is read. `label` names it in tables that hold several."""

    path: AnyPath
    manifest: Mapping[str, Any]
    label: str

    @property
    def tasks(self) -> Mapping[str, Any]:
        """What the manifest says of each task."""
        tasks: Mapping[str, Any] = self.manifest.get("tasks", {})
        return tasks


def find_runs(runs: Runs) -> tuple[Run, ...]:
    """The run, each of several, or every run somewhere below a folder, in the order of their paths.

    Raises RunDirectoryError when a folder holds no run, or when two runs mean different things by one task id.
    """
    given = [runs] if isinstance(runs, Path | RemotePath | str) else list(runs)
    if not given:
        raise RunDirectoryError("No run directory was given.")
    paths = list(dict.fromkeys(path for each in given for path in _inside(as_path(each))))
    found = [Run(path, read_manifest(path), label) for path, label in zip(paths, _labels(paths), strict=True)]
    _check_tasks(found)
    return tuple(found)


def _inside(path: AnyPath) -> Iterator[AnyPath]:
    below = [] if (path / NAME).exists() else sorted((each.parent for each in path.rglob(NAME)), key=str)
    yield from below or [path]  # a folder without any: read_manifest says what is wrong with it


def _labels(paths: Sequence[AnyPath]) -> list[str]:
    """The folders' names; where two are the same, the paths."""
    names = [path.resolve().name for path in paths]
    return names if len(set(names)) == len(names) else [str(path) for path in paths]


def _check_tasks(runs: Sequence[Run]) -> None:
    known: dict[str, tuple[Run, object]] = {}
    for run in runs:
        for task_id, task in run.tasks.items():
            first, known_hash = known.setdefault(task_id, (run, task.get("hash")))
            if known_hash != task.get("hash"):
                raise RunDirectoryError(
                    f"{first.path} and {run.path} cannot be one table: the task {task_id!r} is not the same in both. "
                    f"Load them apart."
                )
