"""Isolates: nothing. Solutions run as this user, with this network and these files.

For evalkit's own tests and for code you would run yourself. It is never chosen automatically, needs its own flag,
and every report says that nothing was isolated. Verdicts still come from a separate judge process.
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence

from evalkit.registry import data_folder
from evalkit.sandboxes.packages import JUDGE, SHARED, import_path, on_demand, packages_folder, require_packages
from evalkit.sandboxes.pool import WorkerPool
from evalkit.sandboxes.processes import RunnerProcess
from evalkit.sandboxes.worker import Worker
from evalkit.types import Job, Outcome


class SubprocessSandbox:
    """Plain processes on this machine."""

    name = "subprocess"
    isolates = False

    def __init__(self, workers: int = 1) -> None:
        self.workers = workers
        self._scratch: list[str] = []
        self._pool = WorkerPool(self._start, workers)

    def describe(self) -> Mapping[str, object]:
        """Name and interpreter."""
        return {"name": self.name, "isolates": False, "python": sys.version.split()[0]}

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        """See evalkit.types.Sandbox."""
        return self._pool.judge(job)

    def judge_all(self, jobs: Sequence[Job]) -> list[tuple[Outcome, ...]]:
        """See evalkit.types.JudgesTogether."""
        return self._pool.judge_all(jobs)

    def close(self) -> None:
        """End all processes and remove their scratch folders."""
        self._pool.close()
        for folder in self._scratch:
            shutil.rmtree(folder, ignore_errors=True)

    def _start(self, slot: int, packages: Sequence[str] = ()) -> Worker:
        scratch = tempfile.mkdtemp(prefix="evalkit-scratch-")
        self._scratch.append(scratch)
        place = {"kind": "session", "scratch": scratch, "rlimits_only": True}
        settings = {
            "control": None,
            "judge_uid": None,
            "place": place,
            "path": [*import_path(SHARED), *self._more_path(packages)],
            "judge_path": import_path(JUDGE),
        }
        runner = str(data_folder("sandbox") / "runner")
        command = [sys.executable, "-I", "-S", "-B", runner, "supervisor", json.dumps(settings)]
        return RunnerProcess(command).worker()

    def _more_path(self, packages: Sequence[str]) -> list[str]:
        if not on_demand(packages):
            return []
        require_packages(packages)
        return [str(packages_folder())]
