"""The workers of one stage: who does which unit, what is given out again, and who is given up."""

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from evalkit.errors import EvalkitError

MOST_STRIKES = 3  # units in a row that a worker could not do, before it gets no more
MOST_LOSSES = 5  # workers that ended with a unit in their hands, before the unit is held to be the reason
LATE = 4.0  # times the median, before a unit is given to another worker as well
REMEMBERED = 100  # last units whose times make the median
RECOVERY_SECONDS = 600.0  # for Ray to start a worker anew, where no other one is left


@dataclass(eq=False)
class Worker:
    """An actor, with the node it was first seen on."""

    handle: Any
    where: str = "a node that is yet to come"
    strikes: int = 0
    there: bool = True  # False while Ray starts it anew
    lost: bool = False  # whether a process of it has ended without closing what it had opened


@dataclass(frozen=True)
class Assignment:
    """A unit in a worker's hands since `started` (monotonic seconds)."""

    unit: int
    worker: Worker
    started: float


@dataclass
class Stage:
    """`submit` hands a unit to a worker and returns Ray's reference. `failed` makes the error that ends the run.

    `admit` is given what a worker says that came late, or None of one that was started anew; it may raise EvalkitError.
    """

    ray: Any
    submit: Callable[[Worker, int], Any]
    failed: Callable[[str], EvalkitError]
    patience: float
    admit: Callable[[Worker, Any], None]
    tell: Callable[[str], None] = print
    workers: list[Worker] = field(default_factory=list)
    queue: deque[int] = field(default_factory=deque)
    running: dict[Any, Assignment] = field(default_factory=dict)
    recovering: dict[Any, tuple[Worker, float]] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)
    avoided: dict[int, set[Worker]] = field(default_factory=dict)
    requeued: dict[int, float] = field(default_factory=dict)  # when a worker last failed it
    losses: Counter[int] = field(default_factory=Counter)
    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    @property
    def references(self) -> list[Any]:
        """What is to be waited for."""
        return [*self.running, *self.recovering]

    @property
    def open(self) -> bool:
        """Whether a unit is still to be done."""
        return bool(self.queue) or any(each.unit not in self.done for each in self.running.values())

    def fill(self, room: int) -> None:
        """Give queued units to free workers, at most `room` of them; then late ones to a further worker."""
        may_be_late = True  # asked until nobody is: a thousand free workers would ask the same
        for worker in self._free():
            unit = self._next(worker) if room > 0 else None
            if unit is None and may_be_late:
                unit = self._late()
                may_be_late = unit is not None
            if unit is None:
                continue
            room -= 1
            reference = self.submit(worker, unit)
            self.running[reference] = Assignment(unit, worker, time.monotonic())
        self._check_alive()

    def take(self, reference: Any) -> tuple[Assignment, Any] | None:
        """What a reference that is ready brought: (assignment, result), or None where there is nothing to use."""
        if reference in self.recovering:
            self._recovered(reference)
            return None
        assignment = self.running.pop(reference)
        try:
            result = self.ray.get(reference)
        except self.ray.exceptions.RayTaskError as error:
            self._refused(assignment, error)
            return None
        except self.ray.exceptions.RayError as error:
            self._lost(assignment, error)
            return None
        return None if assignment.unit in self.done else (assignment, result)

    def finish(self, assignment: Assignment) -> None:
        """The unit is done, and counts."""
        self.done.add(assignment.unit)
        if assignment.unit in self.queue:  # a second copy was lost meanwhile
            self.queue.remove(assignment.unit)
        assignment.worker.strikes = 0
        self.seconds.append(time.monotonic() - assignment.started)

    def again(self, assignment: Assignment, reason: str) -> None:
        """The unit was not done: somebody else is to try. A worker to which that happens often gets no more."""
        self._requeue(assignment)
        assignment.worker.strikes += 1
        if assignment.worker.strikes >= MOST_STRIKES:
            self.give_up(assignment.worker, reason)

    def give_up(self, worker: Worker, reason: str) -> None:
        """Use a worker no more. Raises the stage's error when it was the last one."""
        if worker not in self.workers:
            return
        self.workers.remove(worker)
        worker.lost = True
        self.ray.kill(worker.handle)
        self.tell(f"A worker on {worker.where} gets no more work: {_line(reason)}")
        if not self.workers:
            raise self.failed(_line(reason))

    def others(self, unit: int) -> int:
        """How many workers have not tried a unit in vain."""
        there = {worker for worker in self.workers if worker.there}
        return len(there - self.avoided.get(unit, set()))

    def _free(self) -> list[Worker]:
        busy = {each.worker for each in self.running.values()} | {worker for worker, _ in self.recovering.values()}
        return [worker for worker in self.workers if worker not in busy]

    def _next(self, worker: Worker) -> int | None:
        """The first unit that the worker did not fail, or that nobody else takes."""
        for place, unit in enumerate(self.queue):
            if worker not in self.avoided.get(unit, ()) or not self.others(unit) or self._waits_long(unit):
                del self.queue[place]
                return unit
        return None

    def _waits_long(self, unit: int) -> bool:
        return time.monotonic() - self.requeued.get(unit, time.monotonic()) > self.patience

    def _late(self) -> int | None:
        """A unit that takes far longer than others with everybody who has it, twice as long for each further copy."""
        limit = max(self.patience, LATE * median(self.seconds)) if self.seconds else self.patience
        copies = Counter(each.unit for each in self.running.values())
        newest = {each.unit: each for each in sorted(self.running.values(), key=lambda each: each.started)}
        due = {each: each.started + limit * 2 ** (copies[each.unit] - 1) for each in newest.values()}
        first = min((each for each in due if each.unit not in self.done), key=due.__getitem__, default=None)
        if first is None or time.monotonic() < due[first]:
            return None
        self.tell(f"Unit {first.unit} takes long on {first.worker.where}: it is given to another worker, too.")
        return first.unit

    def _requeue(self, assignment: Assignment) -> None:
        unit = assignment.unit
        self.avoided.setdefault(unit, set()).add(assignment.worker)
        self.requeued[unit] = time.monotonic()
        if unit not in self.done and unit not in self.queue:
            self.queue.appendleft(unit)

    def _refused(self, assignment: Assignment, error: Any) -> None:
        """The worker raised: an expected error says why it cannot do the unit; any other is a bug."""
        if not isinstance(error.cause, EvalkitError):
            raise error
        self.again(assignment, str(error.cause))

    def _lost(self, assignment: Assignment, error: Exception) -> None:
        """The worker's process, or its node, is gone. Ray starts it anew unless it cannot."""
        self._requeue(assignment)
        self.avoided[assignment.unit].discard(assignment.worker)  # it will be another process
        self.losses[assignment.unit] += 1
        if self.losses[assignment.unit] >= MOST_LOSSES:
            raise self.failed(f"unit {assignment.unit} was in the hands of {MOST_LOSSES} workers that ended")
        if isinstance(error, self.ray.exceptions.ActorDiedError):
            self.give_up(assignment.worker, _line(str(error)))
            return
        self._await(assignment.worker)
        self.tell(f"A worker on {assignment.worker.where} ended; Ray starts it anew.")

    def _await(self, worker: Worker) -> None:
        worker.there, worker.lost = False, True
        ready = worker.handle.ready.options(max_task_retries=-1).remote()
        self.recovering[ready] = worker, time.monotonic()

    def _recovered(self, reference: Any) -> None:
        worker, _ = self.recovering.pop(reference)
        try:
            self.admit(worker, self.ray.get(reference))
            worker.there = True
        except (EvalkitError, self.ray.exceptions.RayError) as error:
            self.give_up(worker, str(getattr(error, "cause", error)))

    def _check_alive(self) -> None:
        """Raises the stage's error when nobody works and nobody has come back for long."""
        if self.running or not self.recovering or not self.queue or self._free():
            return
        if time.monotonic() - max(since for _, since in self.recovering.values()) > RECOVERY_SECONDS:
            raise self.failed(f"no worker came back within {RECOVERY_SECONDS:.0f} seconds")


def _line(reason: str) -> str:
    return " ".join(reason.split())[:300]
