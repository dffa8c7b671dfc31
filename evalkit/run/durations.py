"""Which tasks' samples take long, so that those are judged first and no worker waits at the end for another's last.

It decides an order and nothing else. One small file in the cache folder (`durations/`) for each task whose samples
took LONG or more, named by the task's hash.
"""

from collections.abc import Mapping, Sequence

from evalkit.cache import cache_folder
from evalkit.run.kept_seconds import keep_seconds, read_seconds
from evalkit.types import Outcome, Status

LONG = 0.25  # seconds of processor time: what takes less makes nobody wait
_DIFFERENT = 2.0  # two measurements that differ less say the same


class Durations:
    """What a sample of each task takes, in seconds of processor time, as far as earlier runs or this one met it."""

    def __init__(self, hashes: Mapping[str, str]) -> None:
        """`hashes`: of the tasks, by id, as in a run's manifest."""
        self._files = {task_id: cache_folder("durations", f"{name}.json") for task_id, name in hashes.items()}
        folder = cache_folder("durations")
        there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        self._known = {
            task_id: read_seconds(path) or 0.0 for task_id, path in self._files.items() if path.name in there
        }
        self._met: dict[str, float] = {}

    def of(self, task_id: str) -> float:
        """The longest that a sample took; 0 where none is known to have taken LONG."""
        return max(self._known.get(task_id, 0.0), self._met.get(task_id, 0.0))

    def add(self, task_id: str, outcomes: Sequence[Outcome]) -> None:
        """What a sample took. Tests that did not pass do not count: they may have been cut off, or never have ended."""
        seconds = sum(outcome.cpu_seconds for outcome in outcomes if outcome.status is Status.PASSED)
        if seconds >= LONG and task_id in self._files:
            self._met[task_id] = max(seconds, self._met.get(task_id, 0.0))

    def keep(self) -> None:
        """For later runs."""
        for task_id, seconds in self._met.items():
            known = self._known.get(task_id, 0.0)
            if known / _DIFFERENT < seconds < known * _DIFFERENT:
                continue
            keep_seconds(self._files[task_id], task_id, seconds)
