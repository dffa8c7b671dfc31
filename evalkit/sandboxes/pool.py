"""Several sandboxes of one kind behind one `judge`: started when first needed, replaced when one breaks.

Jobs that need packages have sandboxes of their own, which have loaded them: a solution that uses pandas need not wait
for its import, and the forks of all others stay small.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile

from evalkit.errors import SandboxFailed, SandboxUnavailable
from evalkit.sandboxes.worker import Worker
from evalkit.types import Job, Outcome

_Place = tuple[int, tuple[str, ...]]  # a slot, and the packages that are loaded there


class WorkerPool:
    """Up to `workers` sandboxes at work; `judge` may be called from as many threads at a time."""

    def __init__(self, start: Callable[..., Worker], workers: int) -> None:
        """`start(slot)` starts a sandbox, `start(slot, packages)` one that offers packages."""
        self._start = start
        self._free: queue.LifoQueue[int] = queue.LifoQueue()  # the one used last is the one that is warm
        self._running: dict[_Place, Worker] = {}
        self._lock = threading.Lock()
        self._closed = False
        for slot in reversed(range(workers)):
            self._free.put(slot)

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        """Judge in a free sandbox. A sandbox that breaks is replaced and the job tried once more in a fresh one."""
        slot = self._free.get()
        place = slot, job.packages
        try:
            try:
                return self._worker(place).judge(job)
            except SandboxFailed:
                self._drop(place)
                return self._worker(place).judge(job)
        except SandboxFailed:
            self._drop(place)
            raise
        finally:
            self._free.put(slot)

    def judge_all(self, jobs: Sequence[Job]) -> list[tuple[Outcome, ...]]:
        """See evalkit.types.JudgesTogether. A job with other packages than the first one's ends what is done."""
        slot = self._free.get()
        place = slot, jobs[0].packages
        alike = list(takewhile(lambda job: job.packages == place[1], jobs))
        done: list[tuple[Outcome, ...]] = []
        try:
            done.extend(self._worker(place).judge_all(alike))
        except SandboxFailed:
            self._drop(place)
        finally:
            self._free.put(slot)
        return done

    def warm(self) -> None:
        """Start the sandbox that the next job will get, if it needs no packages."""
        slot = self._free.get()
        try:
            self._worker((slot, ()))
        finally:
            self._free.put(slot)

    def close(self) -> None:
        """End every sandbox, also those that are judging at this moment."""
        with self._lock:
            self._closed = True
            running, self._running = list(self._running.values()), {}
        with ThreadPoolExecutor(max(1, len(running))) as threads:  # an engine takes its time for each
            list(threads.map(lambda worker: worker.close(), running))

    def _worker(self, place: _Place) -> Worker:
        worker = self._running.get(place)
        if worker is not None:
            return worker
        if self._closed:
            raise SandboxFailed("The sandbox has been closed.")
        try:
            worker = self._started(*place)
        except SandboxUnavailable as error:  # it did start when the run began: the engine went away since
            raise SandboxFailed(str(error)) from error
        with self._lock:
            if not self._closed:
                self._running[place] = worker
                return worker
        worker.close()
        raise SandboxFailed("The sandbox has been closed.")

    def _started(self, slot: int, packages: tuple[str, ...]) -> Worker:
        if not packages:
            return self._start(slot)
        worker = self._start(slot, packages)
        worker.preload(packages)
        return worker

    def _drop(self, place: _Place) -> None:
        with self._lock:
            worker = self._running.pop(place, None)
        if worker is not None:
            worker.close()
