"""What is compared: a run, or all runs below a folder, under one name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evalkit.errors import NotComparable
from evalkit.paths import AnyPath
from evalkit.results import Results, load
from evalkit.statistics import sample_outcomes


@dataclass(frozen=True, eq=False)
class Side:
    """One side of a comparison: its tables, and one row per sample that says what became of it."""

    name: str
    results: Results
    outcomes: pd.DataFrame

    @property
    def manifests(self) -> Iterator[Mapping[str, Any]]:
        """What each of its runs says of itself."""
        return (run.manifest for run in self.results.runs)

    @property
    def task_hashes(self) -> dict[str, object]:
        """task id -> hash of the task."""
        return {task_id: task.get("hash") for run in self.results.runs for task_id, task in run.tasks.items()}


def load_side(path: AnyPath, name: str | None = None, *, texts: bool = True) -> Side:
    """A run or a folder of runs. Raises RunDirectoryError."""
    results = load(path, texts=texts)
    return Side(name or path.resolve().name, results, sample_outcomes(results))


def load_sides(paths: Sequence[AnyPath]) -> list[Side]:
    """One side for each path, named by its folder, or by its path where two folders have one name.

    Raises RunDirectoryError when one cannot be read, NotComparable when one is given twice.
    """
    resolved = [path.resolve() for path in paths]
    if len(set(resolved)) < len(paths):
        raise NotComparable("A run was given twice: a run cannot be compared with itself.")
    folders = [path.name for path in resolved]
    names = folders if len(set(folders)) == len(folders) else [str(path) for path in paths]
    return [load_side(path, name) for path, name in zip(paths, names, strict=True)]
