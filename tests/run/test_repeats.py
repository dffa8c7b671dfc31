"""--repeat-verdicts: identical code judged again; tests that references fail are named and left out."""

import itertools
import json
import time
from collections import Counter
from pathlib import Path

import pytest
from evalkit_fakes import CountingModel, RuleSandbox

from evalkit.cli.run import run as run_command
from evalkit.config import load_experiment
from evalkit.reports import terminal_summary
from evalkit.results import load
from evalkit.run import proving
from evalkit.run import session as sessions
from evalkit.run.session import Session
from evalkit.statistics import sample_outcomes, variance_table
from evalkit.types import Job, Outcome, Status

FLAKY = "test_changes"


class FlakySandbox(RuleSandbox):
    """Fails one test of double_it at every fourth execution of one and the same solution."""

    def __init__(self) -> None:
        super().__init__(workers=1)
        self.seen: Counter[str] = Counter()

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        self.seen[job.solution] += 1
        flips = "double" in job.entry_point and self.seen[job.solution] % 4 == 3
        outcomes = super().judge(job)
        return tuple(Outcome(each.test, Status.FAILED) if flips and each.test == FLAKY else each for each in outcomes)


def begin(suite: Path, out: Path, monkeypatch: pytest.MonkeyPatch, **options: object) -> Session:
    monkeypatch.setattr(sessions, "model_loader", lambda plan, note: lambda name: CountingModel())
    monkeypatch.setattr(proving, "open_sandbox", lambda *wanted: FlakySandbox())
    wanted = {"samples": 3, "unit_size": 4, "out": str(out), "prompt": ("plain",), "repeat_verdicts": 4, **options}
    return sessions.begin(load_experiment(str(suite), wanted), lambda line: None)


def test_flaky_tests_are_named_and_left_out(tiny_suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with begin(tiny_suite, tmp_path / "run", monkeypatch) as session:
        session.work()
        assert session.complete
    results = load(tmp_path / "run")
    assert results.quarantined.to_dict("records") == [
        {"task_id": "tiny/double_it", "test": FLAKY, "failed": 1, "executions": 4}
    ]
    tests = results.verdicts.groupby("task_id")["test"].unique()
    assert list(tests["tiny/double_it"]) == ["test_zero"]
    assert sorted(tests["tiny/halve_it"]) == ["test_changes", "test_zero"]
    assert "tiny/double_it: test_changes" in terminal_summary(tmp_path / "run")


def test_every_sample_is_executed_as_often_as_asked(
    tiny_suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with begin(tiny_suite, tmp_path / "run", monkeypatch) as session:
        session.work()
    results = load(tmp_path / "run")
    repeats = results.repeats()
    assert sorted(repeats["repetition"].unique()) == [1, 2, 3]
    assert len(repeats) == 3 * len(results.verdicts)
    row = variance_table(results, sample_outcomes(results)).iloc[0]
    assert row[["tasks", "samples", "executions", "flipped", "execution"]].tolist() == [2, 6, 4, 0, 0]
    assert row["sampling"] == pytest.approx(1 / 3)  # one of three samples is wrong in each task


def test_what_was_executed_again_is_kept_when_the_run_goes_on(
    tiny_suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with begin(tiny_suite, tmp_path / "run", monkeypatch) as session:
        session.work()
    kept = (tmp_path / "run" / "repeats-00000.parquet").stat().st_mtime_ns
    (tmp_path / "run" / "repeats-00001.parquet").unlink()
    sandbox = FlakySandbox()
    monkeypatch.setattr(proving, "open_sandbox", lambda *wanted: sandbox)
    with sessions.resume(tmp_path / "run", lambda line: None) as session:
        session.work()
    assert (tmp_path / "run" / "repeats-00000.parquet").stat().st_mtime_ns == kept
    assert (tmp_path / "run" / "repeats-00001.parquet").exists()
    assert sandbox.jobs == 2 + 2 * 3 + 2 * 4  # the canaries, the samples of the second unit, the references


def test_the_file_of_a_unit_does_not_depend_on_who_was_done_first(
    tiny_suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, fast in (("even", 0), ("odd", 1)):
        with begin(tiny_suite, tmp_path / name, monkeypatch, repeat_verdicts=3) as session:
            session.sandbox = UnevenSandbox(fast)
            session.work()
    even, odd = ((tmp_path / name / "repeats-00000.parquet").read_bytes() for name in ("even", "odd"))
    assert even == odd


class UnevenSandbox(RuleSandbox):
    """Four at a time; every other execution takes longer."""

    def __init__(self, fast: int) -> None:
        super().__init__(workers=4)
        self._numbers, self._fast = itertools.count(), fast

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        if next(self._numbers) % 2 != self._fast:
            time.sleep(0.02)
        return super().judge(job)


def test_once_is_the_default(tiny_suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with begin(tiny_suite, tmp_path / "run", monkeypatch, repeat_verdicts=1) as session:
        session.work()
    assert not list((tmp_path / "run").glob("repeats-*"))
    assert len(load(tmp_path / "run").quarantined) == len(load(tmp_path / "run").repeats()) == 0
    assert json.loads((tmp_path / "run" / "manifest.json").read_text())["config"]["repeat_verdicts"] == 1
    assert any(option.name == "repeat_verdicts" for option in run_command.params)
