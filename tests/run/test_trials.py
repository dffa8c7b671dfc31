"""Limits by the reference's own time, and the second trial alone of what ran out of time."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from evalkit.errors import RunDirectoryError, SandboxFailed
from evalkit.run.timing import RECORD, Calibrations, Timing
from evalkit.run.trials import Trials
from evalkit.types import Job, Limits, Outcome, Requirement, Status, Task, Test

TESTS = ("test_a", "test_b", "test_c")
PASSED, FAILED, TIMEOUT = Status.PASSED, Status.FAILED, Status.TIMEOUT


def task(task_id: str = "s/t") -> Task:
    tests = tuple(Test(name, "r", False) for name in TESTS)
    return Task(task_id, "f", "", "", (Requirement("r", "", "stated"),), tests, "reference", ())


class Machine:
    """Solutions that need so much processor time for each test; `slower` makes a job need more, as load does."""

    def __init__(self, needs: dict[str, Iterable[float]], slower: Callable[[int], float] = lambda job: 1.0) -> None:
        self.needs = {solution: dict(zip(TESTS, seconds, strict=True)) for solution, seconds in needs.items()}
        self.slower = slower
        self.jobs: list[Job] = []

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        self.jobs.append(job)
        factor = self.slower(len(self.jobs))
        return tuple(self._outcome(name, self.needs[job.solution][name] * factor, job.limits) for name in job.plan)

    def _outcome(self, name: str, seconds: float, limits: Limits) -> Outcome:
        late = seconds > limits.cpu_seconds
        return Outcome(name, TIMEOUT if late else PASSED, "late" * late, min(seconds, limits.cpu_seconds))

    @property
    def told(self) -> list[tuple[str, tuple[str, ...], float]]:
        return [(job.solution, job.plan, job.limits.cpu_seconds) for job in self.jobs]


def statuses(trials: Trials, solution: str, of: Task | None = None) -> list[Status]:
    of = of or task()
    return [outcome.status for outcome in trials.of(of).judge(Job(solution, "f", "", TESTS))]


@pytest.mark.parametrize(
    "reference, cpu, wall",
    [(0.0, 4.0, 20.0), (0.4, 4.0, 20.0), (0.41, 8.0, 40.0), (0.8, 8.0, 40.0), (4.2, 64.0, 320.0)],
)
def test_limits_are_the_floor_or_ten_times_the_reference_rounded_up_by_doubling(reference, cpu, wall):
    limits = Timing().limits(reference)
    assert (limits.cpu_seconds, limits.wall_seconds) == (cpu, wall)


def test_floor_and_factor_are_settings_and_waiting_is_never_cut_short():
    assert Timing(floor=1.0, factor=3.0).limits(1.0) == Limits(cpu_seconds=4.0, wall_seconds=20.0)
    assert Timing(floor=0.5).limits() == Limits(cpu_seconds=0.5, wall_seconds=20.0)
    assert Timing(floor=30.0, factor=0.0).limits(99.0) == Limits(cpu_seconds=30.0, wall_seconds=150.0)


def test_what_ends_within_the_floor_costs_nothing_more():
    machine = Machine({"quick": (1, 1, 1)})
    assert statuses(Trials(machine), "quick") == [PASSED, PASSED, PASSED]
    assert machine.told == [("quick", TESTS, 4.0)]


def test_a_task_whose_reference_is_slow_gives_its_solutions_more_time():
    machine = Machine({"reference": (0.1, 3.0, 0.1), "slow": (0.1, 20.0, 1.0)})
    trials = Trials(machine)
    assert statuses(trials, "slow") == [PASSED, PASSED, PASSED]
    assert machine.told[0] == ("slow", TESTS, 4.0)
    assert machine.told[1][:2] == ("reference", TESTS)
    assert machine.told[2:] == [("slow", ("test_b",), 32.0)]
    assert statuses(trials, "slow") == [PASSED, PASSED, PASSED]
    assert machine.told[3:] == [("slow", TESTS, 32.0)]  # known now


def test_a_reference_slower_than_the_floor_is_measured_to_its_end():
    machine = Machine({"reference": (30.0, 0.1, 0.1)})
    assert statuses(Trials(machine), "reference") == [PASSED, PASSED, PASSED]
    assert machine.told[-1][2] == 512.0


def test_a_reference_that_passes_nothing_leaves_the_floor():
    machine = Machine({"reference": (999, 999, 999), "slow": (5, 1, 1)})
    assert statuses(Trials(machine), "slow") == [TIMEOUT, PASSED, PASSED]
    assert machine.told[-1] == ("slow", ("test_a",), 4.0)


def test_without_a_factor_the_reference_is_not_asked():
    machine = Machine({"slow": (5, 1, 1)})
    assert statuses(Trials(machine, Calibrations(Timing(factor=0.0))), "slow") == [TIMEOUT, PASSED, PASSED]
    assert machine.told == [("slow", TESTS, 4.0), ("slow", ("test_a",), 4.0)]


def test_the_second_trial_of_what_ran_out_of_time_counts():
    machine = Machine({"reference": (0.1, 0.1, 0.1), "near": (1, 3, 3.5)}, slower=lambda job: 2.0 if job == 1 else 1.0)
    assert statuses(Trials(machine), "near") == [PASSED, PASSED, PASSED]
    assert [plan for solution, plan, _ in machine.told if solution == "near"] == [TESTS, ("test_b",), ("test_c",)]


def test_a_second_trial_that_fails_counts_too():
    class Loaded(Machine):
        def _outcome(self, name: str, seconds: float, limits: Limits) -> Outcome:
            first = super()._outcome(name, seconds, limits)
            return first if first.status is TIMEOUT else Outcome(name, FAILED, "1 == 2")

    machine = Loaded({"reference": (0, 0, 0), "near": (1, 1, 3)}, slower=lambda job: 2.0 if job == 1 else 1.0)
    outcomes = Trials(machine).of(task()).judge(Job("near", "f", "", TESTS))
    assert outcomes[2] == Outcome("test_c", FAILED, "1 == 2")


def test_a_solution_that_never_ends_costs_one_more_limit_and_not_one_for_each_test():
    machine = Machine({"reference": (0, 0, 0), "loops": (999, 999, 999)})
    assert statuses(Trials(machine), "loops") == [TIMEOUT, TIMEOUT, TIMEOUT]
    assert machine.told[-1] == ("loops", ("test_a",), 4.0)
    assert Counter(solution for solution, _, _ in machine.told) == {"loops": 2, "reference": 1}


def test_more_time_alone_is_no_confirmation():
    """What was late with the floor has not been tried with the calibrated limits yet: all of it is."""
    machine = Machine({"reference": (1.0, 0, 0), "slow": (999, 10.0, 0)})
    assert statuses(Trials(machine), "slow") == [TIMEOUT, PASSED, PASSED]
    assert machine.told[2:] == [("slow", ("test_a", "test_b"), 16.0), ("slow", ("test_a",), 16.0)]


def test_the_second_trial_and_the_reference_run_while_no_other_job_does():
    lock, running, beside = threading.Lock(), Counter(), []

    class Busy(Machine):
        def judge(self, job: Job) -> tuple[Outcome, ...]:
            with lock:
                running["now"] += 1
            time.sleep(0.002)
            outcomes = super().judge(job)
            with lock:
                if len(job.plan) == 1 or job.solution == "reference":
                    beside.append(running["now"])
                else:
                    running["peak"] = max(running["peak"], running["now"])
                running["now"] -= 1
            return outcomes

    trials = Trials(Busy({"reference": (0, 0, 0), "quick": (0, 0, 0), "loops": (999, 0, 999)}))
    names = ["quick", "loops", "quick"] * 10
    threads = [threading.Thread(target=statuses, args=(trials, name)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert beside == [1] * 11 and running["now"] == 0
    assert running["peak"] > 1


def test_a_sandbox_that_breaks_lets_the_others_go_on():
    class Breaks(Machine):
        def judge(self, job: Job) -> tuple[Outcome, ...]:
            if len(job.plan) == 1:
                raise SandboxFailed("it broke")
            return super().judge(job)

    trials = Trials(Breaks({"reference": (0, 0, 0), "quick": (0, 0, 0), "loops": (999, 0, 0)}))
    for _ in range(2):
        with pytest.raises(SandboxFailed):
            statuses(trials, "loops")
    assert statuses(trials, "quick") == [PASSED, PASSED, PASSED]


def test_limits_are_kept_and_taken_again(tmp_path: Path) -> None:
    path = tmp_path / RECORD
    needs = {"reference": (2.0, 0, 0), "slow": (20.0, 0, 0)}
    assert statuses(Trials(Machine(needs), Calibrations(Timing(), path)), "slow") == [PASSED, PASSED, PASSED]
    assert json.loads(path.read_text()) == {
        "s/t": {"reference_cpu_seconds": 2.0, "cpu_seconds": 32.0, "wall_seconds": 160.0}
    }
    faster = Machine({"reference": (0.1, 0, 0), "slow": (20.0, 0, 0)})
    assert statuses(Trials(faster, Calibrations(Timing(), path)), "slow") == [PASSED, PASSED, PASSED]
    assert faster.told == [("slow", TESTS, 32.0)]


@pytest.mark.parametrize("text", ["{", "[]", "3", '{"s/t": {}}', '{"s/t": {"cpu_seconds": -1, "wall_seconds": 1}}'])
def test_a_damaged_record_is_one_clear_line(tmp_path: Path, text: str) -> None:
    (tmp_path / RECORD).write_text(text)
    with pytest.raises(RunDirectoryError, match=r"limits\.json cannot be read \(.*remove it to have the references"):
        Calibrations(Timing(), tmp_path / RECORD)
