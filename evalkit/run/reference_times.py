"""Processor time of references, kept in the cache folder (`references/`), so that later runs need not measure it again.

One small file for each task, named by a hash of all that the time depends on: every field of the task, the sandbox
as it describes itself (engine, version, runtime, image), and the processor. Where one of them changes, the name is
another one and the reference is measured anew. Nothing else makes a file invalid; one that is removed costs time only.
"""

import hashlib
import json
from pathlib import Path

from evalkit.cache import cache_folder
from evalkit.run.kept_seconds import keep_seconds, read_seconds
from evalkit.run.manifest import hardware, plain
from evalkit.suites import task_hash
from evalkit.types import Sandbox, Task

_FORMAT = 1  # of the files; part of every name


class ReferenceTimes:
    """What the slowest test of each reference took in this sandbox on this machine, as far as it was measured."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._where = [_FORMAT, plain(sandbox.describe()), hardware()["cpu"]]

    def get(self, task: Task) -> float | None:
        """Processor seconds; None when nobody measured them, or the file is damaged."""
        return read_seconds(self._file(task))

    def keep(self, task: Task, seconds: float) -> None:
        """For later runs."""
        if seconds > 0:  # else a sandbox that does not measure
            keep_seconds(self._file(task), task.id, seconds)

    def _file(self, task: Task) -> Path:
        parts = json.dumps([*self._where, task_hash(task)], sort_keys=True)
        return cache_folder("references", f"{hashlib.blake2b(parts.encode(), digest_size=20).hexdigest()}.json")
