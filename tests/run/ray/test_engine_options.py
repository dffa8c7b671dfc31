"""What is wrong with a cluster or its options is told in one line, before anything is spent."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from evalkit.errors import ClusterUnavailable, ConfigError
from evalkit.run.ray.cluster import connected
from evalkit.run.ray.options import cluster_options

MAIN = "from evalkit.cli import main\nmain()\n"


def evalkit(*arguments: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", MAIN, *map(str, arguments)], capture_output=True, text=True)


def refused(done: "subprocess.CompletedProcess[str]") -> str:
    """The one line of a command that refused its input."""
    assert (done.returncode, done.stdout) == (2, ""), done
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("address", "given", "said"),
    [
        ("http://host/", {}, "--address must be auto, HOST or HOST:PORT"),
        ("ray://host:10001", {}, "submit it with 'ray job submit'"),
        (None, {"generators": 0}, "--engine-option generators must be a whole number of generation workers"),
        (None, {"gpus": -1}, "--engine-option gpus must be GPUs for one generation worker"),
        (None, {"colour": 1}, "--engine-option colour is not known. Allowed: generators, judges,"),
    ],
)
def test_a_wrong_option_is_named(address: str | None, given: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError) as error:
        cluster_options(address, given)
    assert said in str(error.value)


def test_an_address_is_a_host_with_rays_port_unless_it_has_one() -> None:
    assert cluster_options("head", {}).host_and_port == ("head", 6379)
    assert cluster_options("head:7000", {}).host_and_port == ("head", 7000)
    assert cluster_options("auto", {}).host_and_port is None


def test_no_cluster_at_the_address(tiny_suite: Path, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    done = evalkit(
        "run", tiny_suite, "--model", "scripted", "--engine", "ray", "--address", place, "--out", tmp_path / "r"
    )
    assert refused(done).startswith(f"Error: There is no Ray cluster at --address {place}")
    assert not (tmp_path / "r").exists()


def test_a_cluster_that_does_not_start_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(**settings: object) -> None:
        raise Exception("The current node timed out\nduring startup.")  # noqa: TRY002  # as Ray itself does

    monkeypatch.setattr(pytest.importorskip("ray"), "init", slow)
    with pytest.raises(ClusterUnavailable) as error, connected(cluster_options(None, {})):
        pass
    assert str(error.value) == (
        "No Ray cluster could be started on this machine: The current node timed out during startup."
    )


def test_an_address_needs_the_engine(tiny_suite: Path) -> None:
    assert "--address is for --engine ray" in refused(evalkit("run", tiny_suite, "--address", "auto"))
