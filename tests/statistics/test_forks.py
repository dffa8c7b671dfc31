"""Forks: the token in which a failing sample left a passing one."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from evalkit.results import RunDirectory, load
from evalkit.statistics.forks import common_forks, forks, forks_of
from evalkit.types import Cell, Completion, Extraction, Sample, SampleKey, Status, StopReason, TokenTrace, Verdict

PIECES = {1: "if x", 2: ":\n", 3: "    ", 4: "return", 5: "raise", 6: " 1\n", 7: "y"}
# ids, their probabilities, ranks, and whether the two requirements were kept (None: unscored)
SAMPLES = [
    ((1, 2, 3, 4, 6), (0.5, 0.9, 0.9, 0.6, 0.9), (1, 1, 1, 1, 1), (True, False)),
    ((1, 2, 3, 5, 6), (0.5, 0.9, 0.9, 0.31, 0.9), (1, 1, 1, 2, 1), (True, True)),
    ((7, 2, 3, 5, 6), (0.1, 0.9, 0.9, 0.5, 0.9), (4, 1, 1, 1, 1), (True, True)),
    ((1, 2, 3, 4, 7), (0.5, 0.9, 0.9, 0.6, 0.1), (1, 1, 1, 1, 2), (True, False)),
    ((7, 7), (0.1, 0.1), (4, 4), (None, None)),
    ((1, 2), (0.5, 0.9), (1, 1), (True, False)),
]


@pytest.fixture
def forked(tmp_path: Path) -> Path:
    samples, verdicts = [], []
    for index, (ids, probabilities, ranks, kept) in enumerate(SAMPLES):
        key = SampleKey("s/t", Cell("m", 0.8 if index else 0.0, "snake_case", "plain"), index)
        logprobs = tuple(map(math.log, probabilities))
        ends = tuple(sum(len(PIECES[each]) for each in ids[: at + 1]) for at in range(len(ids)))
        trace = TokenTrace(ids, logprobs, logprobs, logprobs, ranks, ends)
        text = "".join(PIECES[each] for each in ids)
        samples.append(Sample(key, "p", Completion(text, StopReason.EOS, 1, trace), Extraction(text)))
        for requirement, good in zip(("works", "refuses"), kept, strict=True):
            status = Status.UNSCORED if good is None else Status.PASSED if good else Status.FAILED
            verdicts.append(Verdict(key, f"test_{requirement}", requirement, False, status))
    tasks = {"s/t": {"hash": "0", "title": "", "requirements": []}}
    with RunDirectory.create(tmp_path / "run", {"unit_size": 9, "seed": 1, "tasks": tasks}) as run:
        run.write_samples(0, samples)
        run.write_verdicts(0, verdicts)
    return tmp_path / "run"


def test_a_failing_sample_leaves_the_passing_one_that_begins_most_alike(forked: Path) -> None:
    found = forks(load(forked))
    assert [(each.failing.index, each.passing.index, each.requirement, each.shared) for each in found] == [
        (0, 1, "refuses", 3),
        (3, 1, "refuses", 3),
    ]  # sample 5 only ends earlier, and what is unscored is neither
    first = found[0]
    assert (first.taken.text, first.other.text) == ("return", "raise")
    assert (first.taken.probability, first.other.probability) == (pytest.approx(0.6), pytest.approx(0.31))
    assert (first.taken.rank, first.other.rank) == (1, 2)
    assert (first.before, first.taken.line, first.other.line) == ("if x:\n    ", "return 1", "raise 1")


def test_the_commonest_forks_of_a_run(forked: Path) -> None:
    [row] = common_forks(forks(load(forked)))
    assert (row.task_id, row.requirement, row.taken, row.other) == ("s/t", "refuses", "return", "raise")
    assert (row.forks, row.rank_other) == (2, 2)
    assert (row.probability_taken, row.probability_other) == (pytest.approx(0.6), pytest.approx(0.31))


def test_the_forks_of_one_sample(forked: Path) -> None:
    results = load(forked)
    passing = forks(results)[0].passing
    assert {each.failing.index for each in forks_of(results, passing)} == {0, 3}
    assert forks(results, ("s/other",)) == []


def test_samples_of_two_runs_of_a_cell_are_told_apart(tmp_path: Path) -> None:
    for seed, (good, last) in enumerate(((False, 4), (True, 5))):
        key = SampleKey("s/t", Cell("m", 0.8, "snake_case", "plain"), 0)
        logprobs = (math.log(0.9), math.log(0.3))
        trace = TokenTrace((3, last), logprobs, logprobs, logprobs, (1, 2), (4, 4 + len(PIECES[last])))
        status = Status.PASSED if good else Status.FAILED
        tasks = {"s/t": {"hash": "0", "title": "", "requirements": []}}
        text = PIECES[3] + PIECES[last]
        with RunDirectory.create(tmp_path / f"run{seed}", {"unit_size": 9, "seed": seed, "tasks": tasks}) as run:
            run.write_samples(0, [Sample(key, "p", Completion(text, StopReason.EOS, 1, trace), Extraction(text))])
            run.write_verdicts(0, [Verdict(key, "test", "works", False, status)])
    [fork] = forks(load([tmp_path / "run0", tmp_path / "run1"]))
    assert (fork.failing.index, fork.passing.index) == (0, 1)
    assert (fork.taken.text, fork.other.text) == ("return", "raise")


def test_what_is_compared_can_be_bounded(forked: Path) -> None:
    assert [each.failing.index for each in forks(load(forked), most=2)] == [0]
    assert forks(load(forked), most=0) == []


def written(path: Path, drawn: Sequence[tuple[str, Sequence[int], Sequence[bool]]]) -> Path:
    """A run of (task, ids, which of the requirements r0, r1... are kept)."""
    samples, verdicts = [], []
    for index, (task, ids, kept) in enumerate(drawn):
        key, count = SampleKey(task, Cell("m", 0.8, "snake_case", "plain"), index), len(ids)
        values = (-0.5,) * count
        trace = TokenTrace(tuple(ids), values, values, values, (1,) * count, tuple(range(1, count + 1)))
        samples.append(Sample(key, "p", Completion("x" * count, StopReason.EOS, 1, trace), Extraction("x")))
        for at, good in enumerate(kept):
            status = Status.PASSED if good else Status.FAILED
            verdicts.append(Verdict(key, f"test_{at}", f"r{at}", False, status))
    tasks = {task: {"hash": "0", "title": "", "requirements": []} for task, _, _ in drawn}
    with RunDirectory.create(path, {"unit_size": len(drawn), "seed": 1, "tasks": tasks}) as run:
        run.write_samples(0, samples)
        run.write_verdicts(0, verdicts)
    return path


def test_every_sample_is_paired_as_if_all_had_been_compared(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    drawn = [("s/t", random.integers(2, size=random.integers(9)).tolist(), random.random(3) < 0.5) for _ in range(150)]
    found = [
        (each.failing.index, each.requirement, each.passing.index, each.shared)
        for each in forks(load(written(tmp_path / "run", drawn)))
    ]
    expected = []
    for at, (_, ids, kept) in enumerate(drawn):
        for requirement in np.flatnonzero(~kept).tolist():
            shared = {
                other: next((n for n, pair in enumerate(zip(ids, theirs, strict=False)) if pair[0] != pair[1]), None)
                for other, (_, theirs, good) in enumerate(drawn)
                if good[requirement]
            }
            lengths = {other: min(len(ids), len(drawn[other][1])) if n is None else n for other, n in shared.items()}
            nearest = max(lengths, key=lambda other: lengths[other])  # of equal ones the first
            if shared[nearest] is not None:  # neither ends there
                expected.append((at, f"r{requirement}", nearest, shared[nearest]))
    assert len(expected) > 50
    assert found == expected


def test_the_samples_that_are_compared_are_of_all_tasks_in_turn(tmp_path: Path) -> None:
    drawn = [(task, (at,), (at == 0,)) for task in ("s/a", "s/b") for at in range(3)]
    results = load(written(tmp_path / "run", drawn))
    assert [each.failing.index for each in forks(results)] == [1, 2, 4, 5]
    assert [each.failing.index for each in forks(results, most=4)] == [1, 4]
