"""Suites: folders of tasks, packaged or a user's own, and published data files, read into frozen records.

Every malformed file raises TaskError with one line that names the file and, where known, the line.
"""

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path

from evalkit import registry
from evalkit.errors import TaskError, UnknownName
from evalkit.suites.data_files import DATA_VARIABLE, FILES, published_path
from evalkit.suites.jsonl import SUFFIXES
from evalkit.suites.native import SUITE_FILE, read_suite
from evalkit.suites.published import read_published
from evalkit.types import Suite, Task

__all__ = ["load_suite", "suite_names", "task_hash"]


def suite_names() -> tuple[str, ...]:
    """Names of the suites that come with evalkit, sorted."""
    return tuple(sorted(file.parent.name for file in registry.data_folder("tasks").glob(f"*/{SUITE_FILE}")))


def load_suite(name_or_path: str) -> Suite:
    """The suite of that name, in that folder, or in that .jsonl(.gz) or .json file of a known format.

    Packaged names and the names of published suites win over folders. Raises UnknownName for a name that is neither,
    TaskError for a suite that is not valid.
    """
    if name_or_path in suite_names():
        return read_suite(registry.data_folder("tasks") / name_or_path)
    if name_or_path in FILES:
        return read_published(published_path(name_or_path), name_or_path)
    path = Path(name_or_path)
    if name_or_path and path.is_dir():
        return read_suite(path)
    if name_or_path.endswith((*SUFFIXES, ".json")):
        return read_published(path)
    if os.sep in name_or_path:
        raise TaskError(path, f"there is no such suite folder; it needs a {SUITE_FILE}")
    available = ", ".join((*suite_names(), *(f"{name} (with {DATA_VARIABLE})" for name in FILES)))
    raise UnknownName(f"Unknown suite {name_or_path!r}. Available: {available}. Or give the path of a folder or file.")


def task_hash(task: Task) -> str:
    """SHA-256, in hexadecimal, over every field of the task in canonical JSON: two equal tasks, one hash."""
    fields = asdict(task)
    if task.library is None:  # as in runs that were begun when tasks had no such field
        del fields["library"]
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
