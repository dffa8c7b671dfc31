"""Suites: folders of tasks, packaged or a user's own, read into frozen records.

Every malformed file raises TaskError with one line that names the file and, where known, the line.
"""

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path

from evalkit import registry
from evalkit.errors import TaskError, UnknownName
from evalkit.suites.native import SUITE_FILE, read_suite
from evalkit.types import Suite, Task

__all__ = ["load_suite", "suite_names", "task_hash"]


def suite_names() -> tuple[str, ...]:
    """Names of the suites that come with evalkit, sorted."""
    return tuple(sorted(file.parent.name for file in registry.data_folder("tasks").glob(f"*/{SUITE_FILE}")))


def load_suite(name_or_path: str) -> Suite:
    """The packaged suite of that name, or the suite in that folder. A packaged name wins over a folder.

    Raises UnknownName for a name that is neither, TaskError for a suite that is not valid.
    """
    if name_or_path in suite_names():
        return read_suite(registry.data_folder("tasks") / name_or_path)
    folder = Path(name_or_path)
    if name_or_path and folder.is_dir():
        return read_suite(folder)
    if os.sep in name_or_path:
        raise TaskError(folder, f"there is no such suite folder; it needs a {SUITE_FILE}")
    available = ", ".join(suite_names()) or "none"
    raise UnknownName(
        f"Unknown suite {name_or_path!r}. Available: {available}. Or give the path of a suite folder."
    )


def task_hash(task: Task) -> str:
    """SHA-256, in hexadecimal, over every field of the task in canonical JSON: two equal tasks, one hash."""
    canonical = json.dumps(asdict(task), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
