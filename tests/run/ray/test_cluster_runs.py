"""Runs on a real Ray cluster of three nodes: the tables of one process, whatever breaks, resumed by either engine."""

import random
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from s3_server import CREDENTIALS, s3_server

from evalkit.cli import main
from evalkit.object_stores import filesystem
from evalkit.paths import RemotePath
from evalkit.results import RunDirectory, load
from evalkit.results.compacting import compact

# Benchmarks are scripts, whose folder is where Python starts. Last, so that it hides nothing.
sys.path.append(str(Path(__file__).parents[3] / "benchmarks"))
from breaking import DRAWING, JUDGING, Ground, ground
from faults import EXPERIMENT, disturbed, left_behind, undisturbed
from machines import evalkit, kill, on, shards, wait_for, workers

pytest.importorskip("ray")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.bubblewrap,
    pytest.mark.filterwarnings("ignore"),
]  # Ray leaves sockets to the garbage collector
SANDBOX = "bubblewrap"
IN_PAIRS = (
    EXPERIMENT.replace("unit_size: 1", "unit_size: 2").replace("samples: 8", "samples: 4") + "repeat_verdicts: 2\n"
)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Three nodes: the driver's, and two that draw and judge; they have the credentials of the tests' object store."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        with ground(tmp_path_factory.mktemp("ground"), own_engines=False, own_disk=False) as found:
            yield found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The experiment, and beside it the run in one process."""
    return made(tmp_path_factory.mktemp("whole"), EXPERIMENT)


@pytest.fixture(scope="module")
def in_pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with two samples in a unit, each judged twice."""
    return made(tmp_path_factory.mktemp("in-pairs"), IN_PAIRS)


def made(folder: Path, experiment: str) -> Path:
    (folder / "experiment.yaml").write_text(experiment)
    undisturbed(folder / "experiment.yaml", folder / "run", SANDBOX)
    return folder


def test_a_node_that_is_lost_changes_no_row(cluster: Ground, whole: Path, tmp_path: Path) -> None:
    """The other faults are those of benchmarks/faults.py, which hits as this does."""
    out = tmp_path / "run"
    assert disturbed(cluster, whole / "experiment.yaml", out, "node", random.Random(1), SANDBOX) == ""
    assert shards(out) == shards(whole / "run")
    assert left_behind(cluster, out) == ""


def test_a_compacted_run_of_one_process_is_resumed_on_a_cluster(
    cluster: Ground, in_pairs: Path, tmp_path: Path
) -> None:
    """It lacks a sample of a unit, the verdicts of another one, and what was judged again of two."""
    out = tmp_path / "run"
    shutil.copytree(in_pairs / "run", out)
    with RunDirectory.open(out) as run:
        begun = run.read_samples(4)[:1]
        for kind in ("samples", "tokens", "verdicts", "repeats"):
            (out / f"{kind}-00004.parquet").unlink()
        run.write_begun(4, begun)
    for name in ("verdicts-00005.parquet", "repeats-00005.parquet", "repeats-00000.parquet", "flaky.json"):
        (out / name).unlink()
    assert compact(out).after < len(shards(out)) + 12
    process = evalkit("run", "--resume", out, *on(cluster.machines))
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    assert "1/1 drawn, 4/4 judged" in errors
    assert not list(out.glob("begun-*"))
    assert (out / "flaky.json").read_bytes() == (in_pairs / "run" / "flaky.json").read_bytes()
    assert_same_rows(out, in_pairs / "run")


def test_a_run_in_an_object_store_whose_driver_is_killed(
    cluster: Ground, in_pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with s3_server(tmp_path) as address:
        for name, value in {"AWS_ENDPOINT_URL": address, "AWS_REGION": "us-east-1"}.items():
            monkeypatch.setenv(name, value)
        filesystem.cache_clear()  # of other tests' servers
        out = RemotePath("s3://runs/killed")
        process = evalkit(
            "run", in_pairs / "experiment.yaml", "--sandbox", SANDBOX, "--out", out, *on(cluster.machines)
        )
        assert wait_for(lambda: len(list(out.glob("samples-*"))) > 1)
        process.kill()
        process.communicate()
        assert invoked("status", out) == 3
        process = evalkit("run", "--resume", out, *on(cluster.machines))
        _, errors = process.communicate()
        assert process.returncode == 0, errors
        assert [invoked(command, out) for command in ("status", "report", "compact")] == [0, 0, 0]
        assert (out / "report.html").exists()
        assert {path.name for path in out.glob("*.parquet")} == {
            f"{kind}-00000-00005.parquet" for kind in ("samples", "tokens", "verdicts", "repeats")
        }
        assert_same_rows(out, in_pairs / "run")


def invoked(command: str, run: RemotePath) -> int:
    """The exit code of a command in this process."""
    return CliRunner().invoke(main, [command, str(run)]).exit_code


def assert_same_rows(run: Path | RemotePath, other: Path) -> None:
    found, expected = load(run), load(other)
    for name in ("samples", "verdicts"):
        assert getattr(found, name).drop(columns="run").equals(getattr(expected, name).drop(columns="run")), name
    drop = {"columns": "run", "errors": "ignore"}
    assert found.tokens().drop(**drop).equals(expected.tokens().drop(**drop))
    assert found.repeats().drop(**drop).equals(expected.repeats().drop(**drop))


def test_a_node_that_has_no_sandbox_is_told_before_anything_is_drawn(
    cluster: Ground, whole: Path, tmp_path: Path
) -> None:
    place = on(cluster.machines)
    process = evalkit(
        "run", whole / "experiment.yaml", "--sandbox", "docker", "--runtime", "none", "--out", tmp_path / "run", *place
    )
    _, errors = process.communicate()
    assert process.returncode == 2, errors
    assert "was started with the resource 'sandbox' and has none" in errors.splitlines()[-1]
    assert not (tmp_path / "run").exists()


def test_a_node_that_joins_late_ends_the_run_of_those_that_stand_still(
    cluster: Ground, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And `--address auto` is the cluster that Ray takes for this machine's: it is told, for there may be several."""
    monkeypatch.setenv("RAY_ADDRESS", cluster.machines.address)
    place = list(on(cluster.machines, generators=3, judges=3, patience=1))
    place[place.index("--address") + 1] = "auto"
    place += ["--model-option", "delay=0.2"]
    process = evalkit("run", whole / "experiment.yaml", "--sandbox", SANDBOX, "--out", tmp_path / "run", *place)
    assert wait_for(lambda: process.poll() is not None or (tmp_path / "run" / "samples-00015.parquet").exists())
    stopped = [pid for node in cluster.machines.nodes for kind in (DRAWING, JUDGING) for pid in workers(node, kind)]
    kill(signal.SIGSTOP, stopped)
    cluster.add(2)
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    assert len(stopped) == 4
    assert shards(tmp_path / "run") == shards(whole / "run")
