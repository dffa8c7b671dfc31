"""The last part of a run with --repeat-verdicts: every unit again, and the references, by the judging workers."""

from collections import Counter
from typing import Any

from evalkit.results import RunDirectory
from evalkit.results.repeats import has_repeats, write_flaky
from evalkit.run.plan import Plan
from evalkit.run.ray.dispatch import Dispatch
from evalkit.run.ray.results import Repeated
from evalkit.run.ray.stage import Assignment, Stage, Worker
from evalkit.types import SampleKey

TOGETHER = 8  # references that a worker executes at a time


class Repeating:
    """See evalkit.run.repeats. Raises SandboxFailed and RunDirectoryError as drawing and judging do."""

    def __init__(self, plan: Plan, directory: RunDirectory, dispatch: Dispatch) -> None:
        self._repeats, self._directory, self._dispatch = plan.experiment.repeat_verdicts, directory, dispatch
        self._failures: Counter[tuple[str, str]] = Counter()
        self._units = len(plan.units)
        firsts: dict[tuple[str, str], SampleKey] = {}
        for key in plan.keys:
            firsts.setdefault((key.task_id, key.cell.identifiers), key)
        keys = tuple(firsts.values())
        self._references = [keys[at : at + TOGETHER] for at in range(0, len(keys), TOGETHER)]

    def run(self) -> None:
        """Until everything was executed as often as the run asks for; what is there already is kept."""
        stage = self._dispatch.stage_of_judges(self._submit)
        stage.queue.extend(unit for unit in range(self._units) if not has_repeats(self._directory, unit))
        # Numbers after those of the units stand for references.
        stage.queue.extend(range(self._units, self._units + len(self._references)))
        self._dispatch.loop([stage], self._done)
        write_flaky(self._directory, self._repeats, dict(self._failures))

    def _submit(self, worker: Worker, unit: int) -> Any:
        sandbox = self._dispatch.sandbox
        if unit >= self._units:
            keys = self._references[unit - self._units]
            limits = self._dispatch.limits_of(key.task_id for key in keys)
            return worker.handle.execute_references.remote(keys, sandbox, limits)
        return worker.handle.repeat.remote(unit, sandbox, self._dispatch.limits_of_unit(unit))

    def _done(self, stage: Stage, assignment: Assignment, repeated: Repeated) -> None:
        if repeated.broken:
            stage.again(assignment, repeated.broken)
            stage.give_up(assignment.worker, repeated.broken)
        elif self._dispatch.committed(stage, assignment, repeated):
            self._failures.update(repeated.failures)
