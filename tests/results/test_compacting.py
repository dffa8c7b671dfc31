"""Merged files: the same rows in the same order, readable at every moment, nothing lost by a kill."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from evalkit_fakes import CountingModel, RuleSandbox

from evalkit.cli import main
from evalkit.config import load_experiment
from evalkit.results import Results, load
from evalkit.results.compacting import compact
from evalkit.results.lookup import lookup_of
from evalkit.results.status import run_status
from evalkit.run import proving
from evalkit.run import session as sessions

UNITS, SIZE = 9, 4
KILLED = """
import os, signal, sys
from pathlib import Path
from evalkit.results import compacting, files
calls, after = 0, int(sys.argv[2])
def counted(change):
    def call(*arguments, **named):
        global calls
        calls += 1
        if calls == after:
            os.kill(os.getpid(), signal.SIGKILL)
        return change(*arguments, **named)
    return call
os.fsync, Path.unlink = counted(os.fsync), counted(Path.unlink)  # before a merged file counts, before a small one goes
compacting.compact(Path(sys.argv[1]), 16)
"""


def quiet(message: str) -> None:
    """Progress is not looked at here."""


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "model_loader", lambda plan, note: lambda name: CountingModel())
    monkeypatch.setattr(proving, "open_sandbox", lambda *wanted: RuleSandbox(2))


@pytest.fixture
def run(tiny_suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A whole run of nine units."""
    install(monkeypatch)
    options = {"temperature": (0.2, 0.8, 1.0), "samples": 6, "unit_size": SIZE, "out": str(tmp_path / "run")}
    with sessions.begin(load_experiment(str(tiny_suite), options), quiet) as session:
        session.work()
    return tmp_path / "run"


def tables(results: Results) -> tuple[object, ...]:
    lookup = lookup_of(results)
    singles = [(lookup.sample(at), lookup.tokens(at)) for at in range(len(results.samples))]
    frames = (results.samples, results.verdicts, results.tokens())
    return (*(frame.to_dict("records") for frame in frames), singles)


def names(run: Path) -> set[str]:
    return {path.name for path in run.glob("*.parquet")}


def test_merged_files_hold_the_same_rows_in_the_same_order(run: Path) -> None:
    before = tables(load(run))
    done = CliRunner().invoke(main, ["compact", str(run)])
    assert done.output == f"{3 * UNITS} files of results before, 3 now\n"
    assert names(run) == {f"{kind}-00000-00008.parquet" for kind in ("samples", "tokens", "verdicts")}
    assert tables(load(run)) == before
    contents = {name: (run / name).read_bytes() for name in names(run)}
    assert compact(run).after == 3
    assert {name: (run / name).read_bytes() for name in names(run)} == contents
    assert run_status(run).complete


def test_a_run_goes_on_after_it_was_compacted(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tables(load(run))
    for kind in ("samples", "verdicts"):
        (run / f"{kind}-00004.parquet").unlink()
    (run / "verdicts-00008.parquet").unlink()
    compact(run)
    assert {"samples-00000-00003.parquet", "samples-00005-00007.parquet", "samples-00008.parquet"} <= names(run)
    install(monkeypatch)
    with sessions.resume(run, quiet) as session:
        assert not session.complete
        session.work()
        assert session.complete
    assert tables(load(run)) == before


def test_a_reader_that_began_before_goes_on(run: Path) -> None:
    before = load(run)
    lookup, lists = lookup_of(before), before.token_lists()
    first = next(lists)
    compact(run)
    assert lookup.tokens(30)["ids"]
    assert len(first) + sum(map(len, lists)) == len(before.samples)


@pytest.mark.parametrize("after", [1, 5, 9, 16])
def test_killed_at_any_moment_it_loses_nothing(run: Path, after: int) -> None:
    before = tables(load(run))
    killed = subprocess.run([sys.executable, "-c", KILLED, str(run), str(after)], check=False, env=os.environ)
    assert killed.returncode == -signal.SIGKILL
    assert tables(load(run)) == before
    compact(run, 16)
    assert names(run) == {
        f"{kind}-{units}.parquet"
        for kind in ("samples", "tokens", "verdicts")
        for units in ("00000-00003", "00004-00007", "00008")
    }
    assert tables(load(run)) == before
