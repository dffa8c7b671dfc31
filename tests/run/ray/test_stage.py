"""Who gets which unit, when workers are lost, late or cannot do it; Ray itself is in test_cluster_runs."""

import time
from typing import Any

import pytest

from evalkit.errors import SandboxFailed
from evalkit.run.ray.stage import LATE, MOST_LOSSES, MOST_STRIKES, Stage, Worker

exceptions = pytest.importorskip("ray.exceptions")


class Reference:
    """A call of a worker, and what becomes of it."""

    def __init__(self, worker: str, unit: int | None) -> None:
        self.worker, self.unit, self.answer = worker, unit, "done"


class Actor:
    """A worker's handle: only what brings it back is called here."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ready = self

    def options(self, **options: object) -> "Actor":
        return self

    def remote(self) -> Reference:
        return Reference(self.name, None)


class Ray:
    """What a stage asks of Ray: the answer of a call, which may be an exception, and the end of a worker."""

    exceptions = exceptions

    def __init__(self) -> None:
        self.killed: list[str] = []

    def get(self, reference: Any) -> Any:
        if isinstance(reference.answer, Exception):
            raise reference.answer
        return reference.answer

    def kill(self, handle: Actor) -> None:
        self.killed.append(handle.name)


def stage(workers: str, units: int, patience: float = 1000.0) -> Stage:
    made = Stage(
        Ray(), lambda worker, unit: Reference(worker.handle.name, unit), SandboxFailed, patience, lambda *given: None
    )
    made.workers = [Worker(Actor(name)) for name in workers]
    made.queue.extend(range(units))
    return made


def under_way(found: Stage) -> list[tuple[str, int]]:
    return sorted((each.worker.handle.name, each.unit) for each in found.running.values())


def reference(found: Stage, name: str) -> Any:
    return next(each for each in found.references if each.worker == name)


def end(found: Stage, name: str, answer: object = "done") -> Any:
    """A worker's call ends so."""
    ended = reference(found, name)
    ended.answer = answer
    taken = found.take(ended)
    if taken is not None:
        found.finish(taken[0])
    return taken


def test_units_go_to_free_workers_as_far_as_there_is_room() -> None:
    found = stage("ab", 5)
    found.fill(1)
    assert under_way(found) == [("a", 0)]
    found.fill(5)
    end(found, "a")
    found.fill(5)
    assert under_way(found) == [("a", 2), ("b", 1)]


def test_a_lost_workers_unit_goes_to_another_and_the_worker_comes_back() -> None:
    found = stage("ab", 2)
    found.fill(2)
    assert end(found, "a", exceptions.ActorUnavailableError("gone", b"0" * 16)) is None
    assert end(found, "b") is not None
    found.fill(2)
    assert under_way(found) == [("b", 0)]
    end(found, "a", None)  # it is ready again
    assert end(found, "b") is not None
    assert not found.open
    assert [worker.handle.name for worker in found.workers] == ["a", "b"]


def test_a_unit_that_takes_many_workers_with_it_ends_the_run() -> None:
    found = stage("a", 1)
    with pytest.raises(SandboxFailed, match="unit 0 was in the hands of 5 workers"):
        for _ in range(MOST_LOSSES):
            found.fill(1)
            end(found, "a", exceptions.ActorUnavailableError("gone", b"0" * 16))
            end(found, "a", None)


def test_a_late_unit_is_given_out_twice_and_one_copy_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    found = stage("ab", 2, patience=10.0)
    now = time.monotonic()
    monkeypatch.setattr("evalkit.run.ray.stage.time.monotonic", lambda: now)
    found.fill(2)
    now += 5
    end(found, "b")  # takes 5 seconds, so that late is after 20
    found.fill(2)
    assert under_way(found) == [("a", 0)]
    now += LATE * 5 - 5 + 0.1
    found.fill(2)
    assert under_way(found) == [("a", 0), ("b", 0)]
    assert end(found, "b") is not None
    assert not found.open
    assert end(found, "a") is None  # the same unit once more: dropped


def test_a_unit_whose_copies_are_all_late_is_given_out_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    found = stage("abc", 1, patience=10.0)
    now = time.monotonic()
    monkeypatch.setattr("evalkit.run.ray.stage.time.monotonic", lambda: now)
    found.fill(1)
    now += 10.1
    found.fill(1)
    assert under_way(found) == [("a", 0), ("b", 0)]
    now += 19.9  # the second copy has twice the time
    found.fill(1)
    assert under_way(found) == [("a", 0), ("b", 0)]
    now += 0.2
    found.fill(1)
    assert under_way(found) == [("a", 0), ("b", 0), ("c", 0)]
    assert end(found, "c") is not None
    assert not found.open


def test_who_cannot_do_a_unit_is_avoided_for_it_and_given_up_after_some() -> None:
    found = stage("ab", 10)
    for _ in range(MOST_STRIKES):
        found.fill(10)
        taken = found.take(reference(found, "a"))
        assert taken is not None
        assert taken[0].unit not in {each.unit for each in found.running.values()}
        found.again(taken[0], "its disk is full")
    assert found.ray.killed == ["a"]
    while found.open:
        found.fill(10)
        end(found, "b")
    assert found.done == set(range(10))


def test_the_last_worker_that_cannot_go_on_ends_the_run_with_its_reason() -> None:
    found = stage("a", 10)
    with pytest.raises(SandboxFailed, match="its disk is full"):
        for _ in range(MOST_STRIKES):
            found.fill(1)
            taken = found.take(reference(found, "a"))
            assert taken is not None
            found.again(taken[0], "its disk is full")
