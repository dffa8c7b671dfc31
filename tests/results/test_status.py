"""`evalkit status`: what a run directory alone says of a run."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from evalkit.cli import main
from evalkit.paths import AnyPath, as_path
from evalkit.progress import Tally
from evalkit.results import RunDirectory
from evalkit.results.progress_file import SILENT, read_progress, write_progress
from evalkit.results.status import run_status
from evalkit.run.recording import recorded
from evalkit.types import Cell, Completion, Extraction, Sample, SampleKey, Status, StopReason, TokenTrace, Verdict

NOW = datetime(2020, 1, 1, tzinfo=UTC)
CELL = Cell("m", 0.0, "snake_case", "plain")


@pytest.fixture(params=["folder", "store"])
def run(request: pytest.FixtureRequest, tmp_path: Path) -> AnyPath:
    """A run of ten samples in units of four, of which two units are drawn and one is judged."""
    where = tmp_path / "run" if request.param == "folder" else as_path(f"memory://{tmp_path.name}")
    manifest = {"unit_size": 4, "tasks": {}, "plan": {"samples": 10, "units": 3}}
    RunDirectory.create(where, manifest).close()
    draw(where, 0), draw(where, 2, 2), judge(where, 0, Status.PASSED)
    return where


def draw(run: AnyPath, unit: int, count: int = 4) -> None:
    keys = [SampleKey("s/t", CELL, 4 * unit + at) for at in range(count)]
    completion = Completion("x", StopReason.EOS, 1, TokenTrace())
    samples = [Sample(key, "", completion, Extraction("x")) for key in keys]
    with RunDirectory.open(run) as directory:
        directory.write_samples(unit, samples)


def judge(run: AnyPath, unit: int, status: Status) -> None:
    with RunDirectory.open(run) as directory:
        directory.write_verdicts(unit, [Verdict(SampleKey("s/t", CELL, 4 * unit), "test", "r", False, status, "")])


def works(run: AnyPath, ago: float, **changes: object) -> None:
    told = {"time": NOW.isoformat(), "message": "A worker on node7 gets no more work: its disk is full"}
    record = {"engine": "ray", "host": "head", "pid": 7, "ended": False, "seconds": 60.0, "judged": 30}
    updated = (NOW - timedelta(seconds=ago)).isoformat()
    write_progress(run, {**record, "updated": updated, "messages": [told], **changes})


def test_samples_are_counted_by_whole_units_and_time_is_left_at_this_sessions_rate(run: AnyPath) -> None:
    works(run, ago=5)
    found = run_status(run, NOW)
    assert (found.state, found.samples, found.drawn, found.judged) == ("running", 10, 6, 4)
    assert (found.rate, found.seconds_left) == (0.5, 12.0)


@pytest.mark.parametrize("changes", [{"ago": SILENT + 1}, {"ago": 1, "ended": True}])
def test_nobody_works_on_a_run_that_ended_or_fell_silent(run: AnyPath, changes: dict[str, float]) -> None:
    works(run, **changes)
    found = run_status(run, NOW)
    assert (found.state, found.rate, found.seconds_left) == ("stopped", None, None)


def test_the_command_tells_failing_nodes_and_ends_by_whether_all_is_judged(run: AnyPath) -> None:
    works(run, ago=5)
    if not isinstance(run, Path):
        return  # this process's own memory: the command sees the same
    done = CliRunner().invoke(main, ["status", str(run)])
    assert done.exit_code == 3
    assert "node7 gets no more work: its disk is full" in done.output
    assert f"evalkit run --resume {run}" in done.output
    draw(run, 1), judge(run, 1, Status.PASSED), judge(run, 2, Status.UNSCORED)
    assert json.loads(CliRunner().invoke(main, ["status", str(run), "--json"]).output)["unscored"] == 1
    judge(run, 2, Status.FAILED)
    done = CliRunner().invoke(main, ["status", str(run)])
    assert (done.exit_code, done.output.splitlines()[0]) == (0, "complete: 10 of 10 samples judged, 10 drawn")


def test_a_working_process_says_what_it_does(tmp_path: Path) -> None:
    tally = Tally(2, 2)
    with recorded(tally, tmp_path, "local") as display:
        display.note("slow today")
        display.drawn(5)
        display.judged([Status.PASSED])
    found = read_progress(tmp_path)
    assert (found["ended"], found["drawn"], found["judged"], found["tokens"]) == (True, 1, 1, 5)
    assert [each["message"] for each in found["messages"]] == ["slow today"]


def test_what_is_no_run_is_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["status", str(tmp_path)])
    assert done.exit_code == 2
    assert "is not a run directory" in done.stderr
