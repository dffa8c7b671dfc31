"""Runs on a real Ray cluster of three nodes: the tables of one process, whatever breaks, resumed by either engine."""

import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Benchmarks are scripts, whose folder is where Python starts. Last, so that it hides nothing.
sys.path.append(str(Path(__file__).parents[3] / "benchmarks"))
import machines as nodes
from faults import EXPERIMENT, disturbed, left_behind
from machines import Machines, evalkit, on, shards

pytest.importorskip("ray")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.bubblewrap,
    pytest.mark.filterwarnings("ignore"),
]  # Ray leaves sockets to the garbage collector
SANDBOX = "bubblewrap"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Machines]:
    """Three nodes: the driver's, and two that draw and judge."""
    with nodes.machines(2) as found:
        yield found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The experiment, and beside it the run in one process."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "experiment.yaml").write_text(EXPERIMENT)
    process = evalkit("run", folder / "experiment.yaml", "--sandbox", SANDBOX, "--out", folder / "run")
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    return folder


@pytest.mark.parametrize("fault", ["worker", "node"])
def test_what_breaks_changes_no_row(cluster: Machines, whole: Path, tmp_path: Path, fault: str) -> None:
    out = tmp_path / "run"
    chance = random.Random(fault)
    assert disturbed(cluster, whole / "experiment.yaml", out, fault, chance, SANDBOX) == ""
    assert shards(out) == shards(whole / "run")
    assert left_behind(cluster, out) == ""
    while len(cluster.nodes) < 2:
        cluster.add()


def test_a_run_of_one_process_is_resumed_on_a_cluster(cluster: Machines, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    shutil.copytree(whole / "run", out)
    for name in ("samples-00003.parquet", "verdicts-00003.parquet", "verdicts-00007.parquet"):
        (out / name).unlink()
    process = evalkit("run", "--resume", out, *on(cluster))
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    assert "1/1 drawn, 2/2 judged" in errors
    assert shards(out) == shards(whole / "run")


def test_a_node_that_has_no_sandbox_is_told_before_anything_is_drawn(
    cluster: Machines, whole: Path, tmp_path: Path
) -> None:
    place = on(cluster)
    process = evalkit(
        "run", whole / "experiment.yaml", "--sandbox", "docker", "--runtime", "none", "--out", tmp_path / "run", *place
    )
    _, errors = process.communicate()
    assert process.returncode == 2, errors
    assert "was started with the resource 'sandbox' and has none" in errors.splitlines()[-1]
    assert not (tmp_path / "run").exists()
