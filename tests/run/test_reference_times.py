"""What a reference took is measured once on a machine, until the task, the sandbox or the processor changes."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.run import reference_times
from evalkit.run.reference_times import ReferenceTimes
from evalkit.run.timing import RECORD, Calibrations, Timing
from evalkit.run.trials import Trials
from evalkit.types import Job, Outcome, Requirement, Status, Task, Test

TASK = Task("s/t", "f", "", "", (Requirement("r", "", "stated"),), (Test("test_a", "r", False),), "reference", ())


class Machine:
    """Runs every solution for the seconds its source names; the reference takes 3."""

    name, isolates, workers = "machine", True, 1

    def __init__(self, image: str = "a") -> None:
        self.image = image
        self.jobs: list[tuple[str, float]] = []

    def describe(self) -> Mapping[str, object]:
        return {"name": self.name, "image": self.image}

    def close(self) -> None:
        pass

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        self.jobs.append((job.solution, job.limits.cpu_seconds))
        needed = 3.0 if job.solution == "reference" else float(job.solution)
        late = needed > job.limits.cpu_seconds
        return (Outcome("test_a", Status.TIMEOUT if late else Status.PASSED, "", min(needed, job.limits.cpu_seconds)),)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache/references"


def run(machine: Machine, task: Task = TASK, record: Path | None = None, timing: Timing = Timing()) -> list[str]:  # noqa: B008  # frozen
    """What a run on one slow solution has judged."""
    machine.jobs.clear()
    trials = Trials(machine, Calibrations(timing, record, ReferenceTimes(machine)))
    (outcome,) = trials.of(task).judge(Job("20", "f", "", ("test_a",)))
    assert outcome.status is (Status.PASSED if timing.factor else Status.TIMEOUT)
    return [f"{solution} in {limit:g}" for solution, limit in machine.jobs]


MEASURED = ["20 in 4", "reference in 60", "20 in 32"]
KNOWN = ["20 in 32"]


def test_a_later_run_does_not_measure_again() -> None:
    assert run(Machine()) == MEASURED
    assert run(Machine()) == KNOWN


def test_what_the_time_depends_on_is_measured_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    run(Machine())
    assert run(Machine("b")) == MEASURED
    assert run(Machine(), replace(TASK, tests_source="# longer\n")) == MEASURED
    assert run(Machine(), replace(TASK, title="T")) == MEASURED
    monkeypatch.setattr(reference_times, "hardware", lambda: {"cpu": "another"})
    assert run(Machine()) == MEASURED


def test_floor_and_factor_apply_to_the_time_and_are_no_part_of_it() -> None:
    run(Machine())
    assert run(Machine(), timing=Timing(floor=10.0)) == ["20 in 40"]
    assert run(Machine(), timing=Timing(factor=0.0)) == ["20 in 4", "20 in 4"]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cpu_seconds": "3"}', '{"cpu_seconds": -1}'])
def test_a_damaged_file_is_written_anew(cache: Path, content: str) -> None:
    run(Machine())
    (file,) = cache.iterdir()
    file.write_text(content)
    assert run(Machine()) == MEASURED
    assert run(Machine()) == KNOWN


def test_a_folder_that_cannot_be_written_costs_time_only(cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_text("")
    assert run(Machine()) == MEASURED
    assert run(Machine()) == MEASURED


def test_the_run_records_the_limits_it_took_and_keeps_them(tmp_path: Path, cache: Path) -> None:
    run(Machine())
    assert run(Machine(), record=tmp_path / RECORD) == KNOWN
    for file in cache.iterdir():
        file.unlink()
    assert run(Machine(), record=tmp_path / RECORD) == KNOWN
