"""The driver's loop: units go through both stages, and one copy of each is committed."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from evalkit.errors import EvalkitError, ModelFailed, RunDirectoryError, SandboxFailed
from evalkit.progress import Progress
from evalkit.results import RunDirectory
from evalkit.run.alarm import ExtractionAlarm
from evalkit.run.failures import Failures
from evalkit.run.plan import Plan
from evalkit.run.ray.fleet import Fleet
from evalkit.run.ray.results import Done, Drawn, Judged
from evalkit.run.ray.stage import Assignment, Stage, Worker
from evalkit.run.timing import RECORD, Calibrations, Record, write_record
from evalkit.types import Undrawn

MOST_UNSCORED = 3  # executions of a unit of which none gave every verdict, before it is left to a resumed run
AHEAD_PER_JUDGE = 4
WAIT_SECONDS = 1.0  # how often late units are looked for


class Dispatch:
    """Draws and judges what a run directory lacks, with the workers of a fleet."""

    def __init__(self, plan: Plan, directory: RunDirectory, fleet: Fleet, progress: Progress) -> None:
        self._plan, self._directory, self._fleet, self._progress = plan, directory, fleet, progress
        self._limits = Calibrations(path=directory.path / RECORD).record
        self._alarm, self._failures = ExtractionAlarm(), Failures()
        self._unscored: Counter[int] = Counter()
        self.usage: dict[str, Counter[str]] = {}
        self.drawing = self._stage(fleet.generators, self._submit_drawing, _not_drawn)
        self.judging = self._stage(fleet.judges, self._submit_judging, _not_judged)

    def run(self) -> None:
        """Until every unit is judged. Raises ModelFailed or SandboxFailed as the run in one process does."""
        self._queue_all()
        self.loop([self.drawing, self.judging], self._use)
        self._failures.tell()

    def loop(self, stages: list[Stage], use: Callable[[Stage, Assignment, Any], None]) -> None:
        """Give out what is queued and `use` what comes back, until every unit of the stages is done.

        A second copy of a unit that is done is not waited for.
        """
        while any(stage.open for stage in stages):
            for stage in stages:
                stage.fill(self._room() if stage is self.drawing else len(stage.queue))
            for reference in self._ready(stages):
                stage = next(each for each in stages if reference in each.references)
                if (taken := stage.take(reference)) is not None:
                    use(stage, *taken)

    def _queue_all(self) -> None:
        for unit in range(len(self._plan.units)):
            if not self._directory.has_samples(unit):
                self.drawing.queue.append(unit)
            elif not self._directory.has_verdicts(unit):
                self.judging.queue.append(unit)

    def _room(self) -> int:
        """How many more units may be drawn now: judging must not fall behind without bound."""
        ahead = self._fleet.options.ahead or AHEAD_PER_JUDGE * max(1, len(self.judging.workers))
        waiting = len(self.judging.queue) + len(self.judging.running)
        return ahead - waiting - len(self.drawing.running)

    def _ready(self, stages: list[Stage]) -> Iterable[Any]:
        waited = [reference for stage in stages for reference in stage.references]
        ready, _ = self._fleet.ray.wait(waited, num_returns=1, timeout=WAIT_SECONDS) if waited else ([], [])
        return list(ready)

    def _use(self, stage: Stage, assignment: Assignment, result: Any) -> None:
        if isinstance(result, Drawn):
            self._drawn(assignment, result)
        else:
            self._judged(assignment, result)

    def _drawn(self, assignment: Assignment, drawn: Drawn) -> None:
        for label, counts in drawn.usage.items():
            self.usage.setdefault(label, Counter()).update(counts)
        if not self.committed(self.drawing, assignment, drawn):
            return
        for tokens, look in zip(drawn.tokens, drawn.looks, strict=True):
            self._progress.drawn(tokens)
            if warning := self._alarm.count(*look):
                self._progress.note(warning)
        if drawn.failed or drawn.undrawn:
            self._not_drawn(drawn)
        else:
            self.judging.queue.append(assignment.unit)

    def _not_drawn(self, drawn: Drawn) -> None:
        """A model's server failed. What failed for good ends the drawing; whole units are still judged."""
        for _ in self._failures.left_out(map(Undrawn, drawn.undrawn)):
            pass
        if drawn.failed:
            self._failures.end(ModelFailed(drawn.failed))
            self.drawing.queue.clear()

    def _judged(self, assignment: Assignment, judged: Judged) -> None:
        if judged.broken:
            self.judging.again(assignment, judged.broken)
            self.judging.give_up(assignment.worker, judged.broken)
        elif judged.unscored and self._try_elsewhere(assignment):
            self.judging.again(assignment, "its sandbox gave no verdicts")
        elif not self._same_limits(judged):
            self.judging.queue.appendleft(assignment.unit)
        elif self.committed(self.judging, assignment, judged):
            for statuses in judged.statuses:
                self._progress.judged(statuses)

    def _try_elsewhere(self, assignment: Assignment) -> bool:
        self._unscored[assignment.unit] += 1
        return self._unscored[assignment.unit] < MOST_UNSCORED

    def _same_limits(self, judged: Judged) -> bool:
        """Whether the unit was judged with the run's limits; those of tasks that had none yet become the run's."""
        for task, entry in judged.limits.items():
            if self._limits.get(task, entry)["cpu_seconds"] != entry["cpu_seconds"]:
                return False
        if new := {task: entry for task, entry in judged.limits.items() if task not in self._limits}:
            self._limits |= new
            write_record(self._directory.path / RECORD, self._limits)
        return True

    def committed(self, stage: Stage, assignment: Assignment, done: Done) -> bool:
        """Give a unit's files their names; where a worker could not write them, another one is to try."""
        if done.refused:
            reason = f"it cannot write to {self._directory.path} ({done.refused})"
            self._storeless(stage, assignment, reason)
            return False
        for kind, staged in done.staged.items():
            self._directory.commit(kind, assignment.unit, staged)
        stage.finish(assignment)
        return True

    def _storeless(self, stage: Stage, assignment: Assignment, reason: str) -> None:
        try:
            stage.again(assignment, reason)
        except (ModelFailed, SandboxFailed) as error:
            raise RunDirectoryError(
                f"No node can write to the run: {reason}. Nothing already computed is lost: mend that, then go on with "
                f"'evalkit run --resume {self._directory.path}'."
            ) from error

    def _submit_drawing(self, worker: Worker, unit: int) -> Any:
        return worker.handle.draw.remote(unit, self._fleet.models, self._directory.has_begun(unit))

    def _submit_judging(self, worker: Worker, unit: int) -> Any:
        return worker.handle.judge.remote(unit, self.sandbox, self.limits_of_unit(unit))

    @property
    def sandbox(self) -> str:
        """The name of the sandbox that judges."""
        return self._fleet.sandbox

    def limits_of_unit(self, unit: int) -> Record:
        """The limits of a unit's tasks that are known."""
        return self.limits_of(key.task_id for key in self._plan.units[unit])

    def limits_of(self, tasks: Iterable[str]) -> Record:
        """The limits of these tasks that are known."""
        return {task: self._limits[task] for task in set(tasks) if task in self._limits}

    def stage_of_judges(self, submit: Callable[[Worker, int], Any]) -> Stage:
        """The judging workers that are left, for other work."""
        return self._stage(self.judging.workers, submit, _not_judged)

    def _stage(self, workers: list[Worker], submit: Any, failed: Any) -> Stage:
        fleet = self._fleet
        late = {fleet.late[worker]: (worker, time.monotonic()) for worker in workers if worker in fleet.late}
        tell, patience = self._progress.note, fleet.options.patience
        return Stage(fleet.ray, submit, failed, patience, fleet.admit, tell, workers, recovering=late)


def _not_drawn(reason: str) -> EvalkitError:
    return ModelFailed(f"No generation worker is left: {reason}")


def _not_judged(reason: str) -> EvalkitError:
    return SandboxFailed(f"No judging worker is left: {reason}")
