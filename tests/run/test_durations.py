"""Samples of tasks that took long in an earlier run are judged first, and nothing else depends on it."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from evalkit_fakes import CANARIES, RuleSandbox

from evalkit.run import judge_file, proving
from evalkit.run.durations import LONG, Durations
from evalkit.run.judge_file import Settings
from evalkit.run.judging import Judging
from evalkit.types import (
    Cell,
    Completion,
    Extraction,
    Job,
    Outcome,
    Requirement,
    Sample,
    SampleKey,
    Status,
    StopReason,
    Task,
    Test,
    TokenTrace,
)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache/durations"


def took(seconds: float, status: Status = Status.PASSED) -> tuple[Outcome, ...]:
    return (Outcome("a", status, "", seconds / 2), Outcome("b", Status.PASSED, "", seconds / 2))


class TimedSandbox(RuleSandbox):
    """Every solution of `halve_it` takes a second of processor time. Remembers what it was given together."""

    def __init__(self, workers: int = 1) -> None:
        super().__init__(workers)
        self.given: list[list[str]] = []

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        return self.judge_all([job])[0]

    def judge_all(self, jobs: Sequence[Job]) -> list[tuple[Outcome, ...]]:
        self.given.append([job.entry_point for job in jobs])
        seconds = {"halve_it": 1.0}
        return [
            tuple(
                Outcome(outcome.test, outcome.status, "", seconds.get(job.entry_point, 0.01))
                for outcome in super(TimedSandbox, self).judge(job)
            )
            for job in jobs
        ]


def test_what_took_long_is_known_in_a_later_run() -> None:
    hashes = {"s/slow": "1", "s/quick": "2"}
    first = Durations(hashes)
    first.add("s/slow", took(3.0))
    first.add("s/quick", took(LONG / 2))
    assert (first.of("s/slow"), first.of("s/quick")) == (3.0, 0.0)
    first.keep()
    later = Durations(hashes)
    assert (later.of("s/slow"), later.of("s/quick")) == (3.0, 0.0)


def test_a_changed_task_is_another_one() -> None:
    first = Durations({"s/slow": "1"})
    first.add("s/slow", took(3.0))
    first.keep()
    assert Durations({"s/slow": "2"}).of("s/slow") == 0.0


def test_tests_that_did_not_pass_say_nothing_of_the_time() -> None:
    durations = Durations({"s/t": "1"})
    durations.add("s/t", took(8 * LONG, Status.TIMEOUT)[:1])
    assert durations.of("s/t") == 0.0


@pytest.mark.parametrize("text", ["", "[]", '{"cpu_seconds": "long"}', '{"cpu_seconds": NaN}', '{"cpu_seconds": -1}'])
def test_a_damaged_file_is_as_none(cache: Path, text: str) -> None:
    cache.mkdir(parents=True)
    (cache / "1.json").write_text(text)
    assert Durations({"s/t": "1"}).of("s/t") == 0.0


def test_a_cache_that_cannot_be_written_breaks_nothing(cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_text("a file in its place")
    durations = Durations({"s/t": "1"})
    durations.add("s/t", took(1.0))
    durations.keep()


def begin(tiny_suite: Path, samples: Path, out: Path, sandbox: TimedSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "open_sandbox", lambda *wanted: sandbox)
    settings = Settings(samples_from=str(samples), suite=str(tiny_suite), model="theirs", reuse_verdicts=False)
    with judge_file.begin(settings, out, lambda line: None) as session:
        session.work()


def test_the_second_run_begins_with_what_took_long_and_gives_the_same_tables(
    tiny_suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [{"task_id": "tiny/double_it", "completion": "    return 2\n"}] * 9
    lines += [{"task_id": "tiny/halve_it", "completion": "    return 1\n"}]
    samples = tmp_path / "samples.jsonl"
    samples.write_text("".join(json.dumps(line) + "\n" for line in lines))
    first, second = TimedSandbox(), TimedSandbox()
    begin(tiny_suite, samples, tmp_path / "first", first, monkeypatch)
    begin(tiny_suite, samples, tmp_path / "second", second, monkeypatch)
    assert first.given[-1][-1] == "halve_it"
    assert second.given[CANARIES] == ["halve_it"]
    for name in ("samples", "verdicts"):
        (here,), (there,) = ((tmp_path / run).glob(f"{name}-*.parquet") for run in ("first", "second"))
        assert here.read_bytes() == there.read_bytes()


def test_what_takes_long_does_not_hold_up_others() -> None:
    tasks = {
        name: Task(name, name, "", "", (Requirement("r", "", "stated"),), (Test("test_it", "r", False),), "", ())
        for name in ("halve_it", "double_it")
    }
    durations = Durations(dict.fromkeys(tasks, "1"))
    durations.add("halve_it", took(1.0))
    sandbox = TimedSandbox()
    with Judging(sandbox, durations=durations) as judging:
        for number in range(12):
            name = "halve_it" if number % 3 == 0 else "double_it"
            key = SampleKey(name, Cell("m", 0.0, "given", "given"), number)
            extraction = Extraction(f"right = {number}", (), "")
            judging.submit(Sample(key, "", Completion("", StopReason.EOS, 0, TokenTrace()), extraction), tasks[name])
        assert len(list(judging.drain())) == 12
    assert all("halve_it" not in together for together in sandbox.given if len(together) > 1)
