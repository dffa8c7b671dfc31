"""The worker that judges: one slot of a node's sandbox, a unit at a time, by the code of a run in one process."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from evalkit.errors import EvalkitError, SandboxFailed
from evalkit.paths import as_path
from evalkit.results.repeats import repeats_bytes
from evalkit.results.staging import Staging
from evalkit.run.identical import Verdicts, reuses_verdicts
from evalkit.run.judging import Judging
from evalkit.run.manifest import plain
from evalkit.run.plan import Plan
from evalkit.run.proving import proven_sandbox, timing_of
from evalkit.run.ray.nodes import host
from evalkit.run.ray.programs import SharedPrograms
from evalkit.run.ray.results import Judged, Opened, Repeated
from evalkit.run.ray.turns import NodeTurns
from evalkit.run.reference_times import ReferenceTimes
from evalkit.run.repeats import again, reference_failures
from evalkit.run.timing import Calibrations, Record
from evalkit.sandboxes import open_sandbox
from evalkit.types import Sample, SampleKey, Sandbox, Task


@dataclass(frozen=True)
class SandboxDescription:
    """A sandbox as a worker described it, for the manifest."""

    name: str
    isolates: bool
    described: Mapping[str, object]

    def describe(self) -> Mapping[str, object]:
        """See evalkit.types.Sandbox."""
        return self.described


class JudgingWorker:
    """An actor. Ray may start it anew, elsewhere: so its sandbox is opened, and tried, when a call needs it."""

    def __init__(self, plan: Plan, path: str, keeper: Any) -> None:
        self._plan = plan
        self._staging = Staging(as_path(path))
        self._keeper = keeper
        self._sandbox: Sandbox | None = None
        self._name = ""  # as it was asked for, such as package.module:Class
        self._turns = NodeTurns()

    def open(self, sandbox: str) -> Opened:
        """Open this sandbox and judge two solutions whose verdicts are known. Raises SandboxUnavailable."""
        opened = self._opened(sandbox)
        said = SandboxDescription(opened.name, opened.isolates, plain(opened.describe()))
        return Opened(host(), {"sandbox": said})

    def where(self) -> str:
        """The node, for messages."""
        return host()

    def ready(self) -> None:
        """For the driver to see that the worker is there (again)."""

    def close(self) -> None:
        """End the sandbox."""
        if self._sandbox is not None:
            self._sandbox.close()
            self._sandbox = None

    def judge(self, unit: int, sandbox: str, limits: Record) -> Judged:
        """Judge a unit's samples, which are committed, and put the verdicts into the run directory."""
        samples = self._staging.read_samples(unit)
        calibrations = self._calibrations(sandbox, limits)
        found: dict[SampleKey, Verdicts] = {}
        try:
            with self._judging(sandbox, calibrations, reuse=reuses_verdicts(self._plan.experiment)) as judging:
                for sample in samples:
                    judging.submit(sample, self._task(sample.key))
                for sample, verdicts in judging.drain():
                    found[sample.key] = verdicts
        except SandboxFailed as error:
            self.close()
            return Judged(broken=str(error))
        return self._written(unit, samples, found, calibrations.record)

    def repeat(self, unit: int, sandbox: str, limits: Record) -> Repeated:
        """Judge a unit's samples as often as the run asks for, beside the first time."""
        pairs = [(sample, self._task(sample.key)) for sample in self._staging.read_samples(unit)]
        try:
            with self._judging(sandbox, self._calibrations(sandbox, limits)) as judging:
                rows = again(judging, pairs, self._plan.experiment.repeat_verdicts - 1)
        except SandboxFailed as error:
            self.close()
            return Repeated(broken=str(error))
        try:
            return Repeated({"repeats": self._staging.write("repeats", unit, repeats_bytes(rows))})
        except OSError as error:
            return Repeated(refused=error.strerror or str(error))

    def execute_references(self, keys: tuple[SampleKey, ...], sandbox: str, limits: Record) -> Repeated:
        """Judge the references of these samples' tasks as often as the run asks for."""
        references = [(key, self._task(key)) for key in keys]
        try:
            with self._judging(sandbox, self._calibrations(sandbox, limits)) as judging:
                failures = reference_failures(judging, references, self._plan.experiment.repeat_verdicts)
        except SandboxFailed as error:
            self.close()
            return Repeated(broken=str(error))
        return Repeated(failures=failures)

    def _written(
        self, unit: int, samples: tuple[Sample, ...], found: Mapping[SampleKey, Verdicts], limits: Record
    ) -> Judged:
        in_order = [found[sample.key] for sample in samples]
        try:
            staged = self._staging.write_verdicts(unit, [each for verdicts in in_order for each in verdicts])
        except OSError as error:
            return Judged(refused=error.strerror or str(error))
        statuses = tuple(tuple(verdict.status for verdict in verdicts) for verdicts in in_order)
        tasks = {sample.key.task_id for sample in samples}
        return Judged(staged, statuses=statuses, limits={task: limits[task] for task in tasks if task in limits})

    def _task(self, key: SampleKey) -> Task:
        return self._plan.question(key).task

    def _opened(self, name: str) -> Sandbox:
        if self._sandbox is None or self._name != name:
            self.close()
            wanted = self._plan.experiment.model_copy(update={"sandbox": name, "workers": 1})
            self._sandbox, self._name = proven_sandbox(wanted, self._plan.suite, print), name
        return self._sandbox

    def _calibrations(self, sandbox: str, limits: Record) -> Calibrations:
        calibrations = Calibrations(timing_of(self._plan.experiment), measured=ReferenceTimes(self._opened(sandbox)))
        calibrations.take(limits)
        return calibrations

    def _judging(self, sandbox: str, calibrations: Calibrations, reuse: bool = False) -> Judging:
        import ray

        shared = SharedPrograms(ray, self._keeper) if reuse else None
        return Judging(self._opened(sandbox), calibrations, reuse, identical=shared, turns=self._turns)


def swept(sandbox: str) -> None:
    """Remove containers whose owners on this machine have ended; nothing where the sandbox cannot be opened."""
    with suppress(EvalkitError):
        open_sandbox(sandbox, allow_unisolated=True).close()
