"""One process's work on a run: begin it or go on with it, and leave it so that the next one can."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from evalkit.errors import RunDirectoryError
from evalkit.experiment import Experiment
from evalkit.paths import AnyPath, RemotePath, as_path
from evalkit.progress import Tally
from evalkit.results import RunDirectory
from evalkit.results.run_directory import check_free
from evalkit.run.location import located
from evalkit.run.manifest import check_same_model, check_same_tasks, experiment_of, make_manifest
from evalkit.run.models import Models, check_options, model_loader
from evalkit.run.pipeline import evaluate
from evalkit.run.plan import Plan, plan, unrenamed
from evalkit.run.proving import Note, proven_sandbox, timing_of
from evalkit.run.recording import recorded
from evalkit.run.reference_times import ReferenceTimes
from evalkit.run.repeats import repeat_verdicts
from evalkit.run.timing import RECORD, Calibrations
from evalkit.run.units import Units
from evalkit.suites import load_suite
from evalkit.types import SampleKey, Sandbox, Task


@dataclass
class OpenRun:
    """A run that is open for writing, whoever works on it: what it has in the end, and what it lacks."""

    plan: Plan
    directory: RunDirectory

    @property
    def samples(self) -> int:
        """How many samples the run has in the end."""
        return len(self.plan.keys)

    @property
    def complete(self) -> bool:
        """Whether every sample is drawn and judged."""
        return all(self.directory.has_verdicts(unit) for unit in range(len(self.plan.units)))

    def tally(self) -> Tally:
        """Counts for the display, from what is missing now."""
        units = Units(self.plan, self.directory)
        missing = len(units.missing())
        return Tally(missing, missing + units.count_unjudged())

    def close(self) -> None:
        """Let other processes write to the run."""
        self.directory.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass
class Session(OpenRun):
    """A run that this process works on, with the sandbox that judges it."""

    models: Models
    sandbox: Sandbox

    def work(self) -> None:
        """Draw and judge what is missing, with a display on standard error."""
        tally, started = self.tally(), datetime.now(UTC)
        try:
            with recorded(tally, self.directory.path, "local") as display:
                evaluate(self.plan, self.directory, self.models, self.sandbox, display)
            self._repeat()
        finally:
            self.directory.append_session(session_line(tally, started, self.models.usage))

    def _task_of(self, key: SampleKey) -> Task:
        return self.plan.question(key).task

    def _repeat(self) -> None:
        experiment = self.plan.experiment
        if experiment.repeat_verdicts > 1:
            calibrations = Calibrations(
                timing_of(experiment), self.directory.path / RECORD, ReferenceTimes(self.sandbox)
            )
            units = range(len(self.plan.units))
            repeat_verdicts(
                self.directory, units, self._task_of, self.sandbox, calibrations, experiment.repeat_verdicts
            )

    def close(self) -> None:
        """Close the sandbox and let other processes write to the run."""
        self.sandbox.close()
        super().close()


def session_line(tally: Tally, started: datetime, usage: Mapping[str, Mapping[str, int]]) -> dict[str, object]:
    """What is kept of one process's work on a run; `usage` is what servers counted, by model."""
    return {
        "started": started.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(tally.seconds, 3),
        "samples": tally.samples_drawn,
        "tokens": tally.tokens,
        "verdicts": sum(tally.verdicts.values()),
        **({"usage": {label: dict(each) for label, each in usage.items()}} if usage else {}),
    }


def begin(experiment: Experiment, note: Note) -> Session:
    """A new run. Everything that can be wrong is found before a token is drawn."""
    path = run_path(experiment)
    experiment = located(experiment)
    the_plan = plan(experiment, load_suite(experiment.suite))
    check_options(the_plan)
    for line in unrenamed(the_plan):
        note(line)
    models = Models(the_plan, model_loader(the_plan, note), note)
    sandbox = proven_sandbox(experiment, the_plan.suite, note)
    try:
        return Session(the_plan, RunDirectory.create(path, make_manifest(the_plan, models, sandbox)), models, sandbox)
    except BaseException:  # containers must not outlive a failed start, whatever failed
        sandbox.close()
        raise


def resume(path: AnyPath, note: Note) -> Session:
    """Go on with a run. Raises RunDirectoryError when its tasks or models are no longer the same."""
    directory = RunDirectory.open(path)
    experiment = experiment_of(directory.manifest, path)
    the_plan = plan(experiment, load_suite(experiment.suite))
    check_same_tasks(directory.manifest, the_plan, path)
    models = Models(the_plan, model_loader(the_plan, note), note)
    needed = {key.cell.model for key in Units(the_plan, directory).missing()}
    for label in reversed([label for label in the_plan.models if label in needed]):
        check_same_model(directory.manifest, label, models, path)
    return Session(the_plan, directory, models, proven_sandbox(experiment, the_plan.suite, note))


def run_path(experiment: Experiment) -> AnyPath:
    """Where a new run goes: `out`, or runs/<time>-<suite>. Raises RunDirectoryError when `out` is taken."""
    if experiment.out is not None:
        path = as_path(experiment.out)
        if isinstance(path, RemotePath):
            check_free(path)
            return path
        if path.is_file():
            raise RunDirectoryError(f"{path} is a file; choose another --out.")
        if path.is_dir() and any(path.iterdir()):
            raise RunDirectoryError(
                f"{path} already exists. Go on with it by 'evalkit run --resume {path}', or choose another --out."
            )
        return path
    stem = f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{Path(experiment.suite).name}"
    taken = (Path("runs", stem if n == 1 else f"{stem}-{n}") for n in range(1, 1000))
    return next(path for path in taken if not path.exists())
