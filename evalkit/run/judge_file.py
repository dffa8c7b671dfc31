"""Verdicts for samples that were drawn elsewhere, in a run directory like any other.

The samples are read twice: to see what there is before anything is judged, and to judge it, one unit in memory at a
time. Temperature is what a line says, else 0.0; identifiers and prompt style are "given"; there are no tokens.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError

from evalkit.errors import ConfigError, RunDirectoryError
from evalkit.paths import AnyPath, RemotePath
from evalkit.progress import Progress, Tally
from evalkit.results import RunDirectory
from evalkit.results.run_directory import check_free
from evalkit.run.durations import Durations
from evalkit.run.file_settings import Settings as Settings  # part of what this module offers
from evalkit.run.identical import reuses_verdicts
from evalkit.run.judging import Judged, Judging
from evalkit.run.location import located_suite
from evalkit.run.manifest import check_tasks, describe
from evalkit.run.opening import Opening
from evalkit.run.proving import Note, proven_sandbox, timing_of
from evalkit.run.recording import recorded
from evalkit.run.reference_times import ReferenceTimes
from evalkit.run.repeats import repeat_verdicts
from evalkit.run.sample_files import Attempt, digests, read_attempts, sample_files
from evalkit.run.survey import Survey
from evalkit.run.timing import RECORD, Calibrations
from evalkit.run.units import OpenUnit
from evalkit.suites import load_suite
from evalkit.suites.selection import select_tasks
from evalkit.types import (
    Completion,
    Extraction,
    Sample,
    SampleKey,
    Sandbox,
    StopReason,
    Suite,
    TokenTrace,
)

UNIT_SIZE = 256


@dataclass
class FileSession:
    """A run on samples from files that is open for writing, with the sandbox that judges it."""

    settings: Settings
    suite: Suite
    files: tuple[Path, ...]
    directory: RunDirectory
    sandbox: Sandbox

    @property
    def samples(self) -> int:
        """How many samples the run has."""
        return int(self.directory.manifest["plan"]["samples"])

    @property
    def complete(self) -> bool:
        """Whether every sample is judged."""
        return not any(True for _ in self._open_units())

    def work(self) -> None:
        """Judge what is missing, with a display on standard error."""
        open_units = set(self._open_units())
        size = self.directory.unit_size
        tally = Tally(0, sum(min(size, self.samples - unit * size) for unit in open_units))
        started = datetime.now(UTC)
        record = self.directory.path / RECORD
        calibrations = Calibrations(timing_of(self.settings), record, ReferenceTimes(self.sandbox))
        durations = Durations({task_id: task["hash"] for task_id, task in self.directory.manifest["tasks"].items()})
        reuse = reuses_verdicts(self.settings)
        try:
            with (
                recorded(tally, self.directory.path, "local") as display,
                Judging(self.sandbox, calibrations, reuse, durations=durations) as judging,
            ):
                self._judge_units(open_units, judging, display, durations)
            durations.keep()
            self._repeat(calibrations)
        finally:
            self.directory.append_session(
                {
                    "started": started.isoformat(timespec="seconds"),
                    "ended": datetime.now(UTC).isoformat(timespec="seconds"),
                    "seconds": round(tally.seconds, 3),
                    "verdicts": sum(tally.verdicts.values()),
                }
            )

    def _repeat(self, calibrations: Calibrations) -> None:
        if self.settings.repeat_verdicts > 1:
            tasks = {task.id: task for task in self.suite.tasks}
            units = range(int(self.directory.manifest["plan"]["units"]))
            again = self.settings.repeat_verdicts
            repeat_verdicts(self.directory, units, lambda key: tasks[key.task_id], self.sandbox, calibrations, again)

    def _open_units(self) -> Iterator[int]:
        units = range(int(self.directory.manifest["plan"]["units"]))
        return (unit for unit in units if not self.directory.has_verdicts(unit))

    def _chunks(self) -> Iterator[tuple[int, list[tuple[SampleKey, Attempt]]]]:
        tasks = {task.id: task for task in self.suite.tasks}
        accepted = Survey(tasks, self.settings.model).accept(read_attempts(self.files, tasks))
        for unit in count():
            chunk = list(islice(accepted, self.directory.unit_size))
            if not chunk:
                return
            yield unit, chunk

    def _judge_units(self, open_units: set[int], judging: Judging, display: Progress, durations: Durations) -> None:
        """Hand in unit after unit, and write each once it is judged: the sandbox never waits between two.

        Of a unit, what takes long comes first.
        """
        tasks = {task.id: task for task in self.suite.tasks}
        waiting: deque[OpenUnit] = deque()
        for unit, chunk in self._chunks():
            if unit not in open_units:
                continue
            samples = [_sample(key, attempt, tasks[key.task_id].prompt) for key, attempt in chunk]
            if not self.directory.has_samples(unit):  # before its verdicts: a unit with those counts as done
                self.directory.write_samples(unit, samples)
            waiting.append(OpenUnit(unit, samples))
            for sample in sorted(samples, key=lambda sample: -durations.of(sample.key.task_id)):
                judging.submit(sample, tasks[sample.key.task_id])
                self._keep(judging.finished(), waiting, display)
        self._keep(judging.drain(), waiting, display)

    def _keep(self, judged: Iterable[Judged], waiting: "deque[OpenUnit]", display: Progress) -> None:
        for sample, verdicts in judged:
            next(each for each in waiting if sample.key in each.lacking).add(sample.key, verdicts)
            display.judged(verdict.status for verdict in verdicts)
            while waiting and not waiting[0].lacking:
                done = waiting.popleft()
                self.directory.write_verdicts(done.number, done.verdicts())

    def close(self) -> None:
        """Close the sandbox and let other processes write to the run."""
        self.sandbox.close()
        self.directory.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()


def begin(settings: Settings, out: AnyPath, note: Note, opening: Opening | None = None) -> FileSession:
    """A new run. Raises ConfigError when there is nothing to judge; bad lines are told and left out.

    `opening`: the sandbox that these settings ask for, where somebody has begun to open it.
    """
    if isinstance(out, RemotePath):
        check_free(out)
    settings = settings.model_copy(
        update={
            "samples_from": str(Path(settings.samples_from).resolve()),
            "suite": located_suite(settings.suite),
        }
    )
    whole = load_suite(settings.suite)
    suite = _selected(settings, whole)
    files, survey = _survey(settings, suite, whole)
    for line in survey.lines(suite):
        note(line)
    if not survey.accepted:
        raise ConfigError(f"{settings.samples_from}: holds no sample of {suite.name!r}.")
    sandbox = proven_sandbox(settings, suite, note, opening)
    try:
        directory = RunDirectory.create(out, _manifest(settings, suite, files, survey, sandbox))
        return FileSession(settings, suite, files, directory, sandbox)
    except BaseException:  # containers must not outlive a failed start, whatever failed
        sandbox.close()
        raise


def is_judged_file(manifest: dict[str, Any]) -> bool:
    """Whether a run's manifest was written here."""
    config = manifest.get("config")
    return isinstance(config, dict) and "samples_from" in config


def resume(path: AnyPath, note: Note) -> FileSession:
    """Go on with a run. Raises RunDirectoryError when its samples or tasks are no longer the same."""
    directory = RunDirectory.open(path)
    settings = _settings_of(directory)
    suite = _selected(settings, load_suite(settings.suite))
    check_tasks(directory.manifest, suite, path)
    files = sample_files(Path(settings.samples_from), [task.id for task in suite.tasks])
    if digests(files) != directory.manifest["model"][settings.model]["files"]:
        raise RunDirectoryError(
            f"{path} cannot be resumed: {settings.samples_from} is not what it was when the run was begun. "
            "Bring it back, or start a new run."
        )
    return FileSession(settings, suite, files, directory, proven_sandbox(settings, suite, note))


def _settings_of(directory: RunDirectory) -> Settings:
    try:
        return Settings.model_validate(directory.manifest.get("config"))
    except ValidationError as error:
        raise RunDirectoryError(
            f"{directory.path / 'manifest.json'}: 'config' is not that of a run of 'evalkit judge'. "
            f"If 'evalkit run' made it: evalkit run --resume {directory.path}"
        ) from error


def _selected(settings: Settings, suite: Suite) -> Suite:
    return select_tasks(suite, settings.tasks, settings.limit, settings.tags, settings.shuffle)


def _survey(settings: Settings, suite: Suite, whole: Suite) -> tuple[tuple[Path, ...], Survey]:
    tasks = {task.id: task for task in suite.tasks}
    left_out = frozenset(task.id for task in whole.tasks) - tasks.keys()
    files = sample_files(Path(settings.samples_from), tasks)
    survey = Survey(tasks, settings.model, left_out)
    for _ in survey.accept(read_attempts(files, tasks)):
        continue  # counted, and not kept: there may be millions
    return files, survey


def _manifest(
    settings: Settings, suite: Suite, files: Sequence[Path], survey: Survey, sandbox: Sandbox
) -> dict[str, object]:
    if settings.sandbox == "auto":  # a resumed run must not choose again
        settings = settings.model_copy(update={"sandbox": sandbox.name})
    units = -(-survey.accepted // UNIT_SIZE)
    return {
        "config": settings.model_dump(),
        "unit_size": UNIT_SIZE,
        "model": {settings.model: {"kind": "file", "files": digests(files), "lines": survey.counts()}},
        "plan": {"samples": survey.accepted, "units": units},
        **describe(suite, sandbox),
    }


def _sample(key: SampleKey, attempt: Attempt, prompt: str) -> Sample:
    completion = Completion(attempt.text, StopReason.EOS, 0, TokenTrace())
    if attempt.whole:
        return Sample(key, "", completion, Extraction(attempt.text, (), attempt.text))
    added = ("the task's prompt put in front",)
    return Sample(key, prompt, completion, Extraction(prompt + attempt.text, added, attempt.text))
