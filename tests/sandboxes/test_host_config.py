"""Settings of containers, and Podman's Docker-compatible service where EVALKIT_PODMAN_HOST names one."""

import json
import os
from pathlib import Path

import pytest

from evalkit.errors import ConfigError, SandboxUnavailable
from evalkit.registry import data_folder
from evalkit.sandboxes import candidates, open_sandbox
from evalkit.sandboxes.check import check_sandbox
from evalkit.sandboxes.docker import DockerSandbox
from evalkit.sandboxes.host_config import check_runtime, host_settings, is_podman
from evalkit.types import Job, Limits, Status

HOST = os.environ.get("EVALKIT_PODMAN_HOST")
TESTS = "from solution import f\n\ndef test_it():\n    assert f() == 1\n"


class Engine:
    """Says what engine it is."""

    def __init__(self, *components):
        self.components = components

    def version(self):
        return {"Version": "1", "Components": [{"Name": name} for name in self.components]}


@pytest.mark.parametrize(
    "components, podman", [(("Podman Engine", "Conmon"), True), (("Engine", "containerd"), False), ((), False)]
)
def test_the_engine_says_whether_it_is_podman(components, podman):
    assert is_podman(Engine(*components)) is podman


def test_podman_reads_the_system_call_profile_from_a_file_and_docker_from_the_request():
    podman, docker = (host_settings(Limits(), podman)["security_opt"] for podman in (True, False))
    profile = json.loads((data_folder("sandbox") / "seccomp.json").read_text())
    assert podman[0] == docker[0] == "no-new-privileges"
    assert json.loads(docker[1].removeprefix("seccomp=")) == profile
    assert json.loads(Path(podman[1].removeprefix("seccomp=")).read_text()) == profile


def test_podman_leaves_no_place_to_write_to_but_the_scratch_place():
    mounts = host_settings(Limits(), podman=True)["tmpfs"]
    assert {path for path, options in mounts.items() if "ro" not in options.split(",")} == {"/tmp"}
    assert {"/run", "/var/tmp", "/dev/shm", "/dev/mqueue"} <= set(mounts)
    assert not any("nr_inodes" in options for options in mounts.values())  # Podman refuses what it does not know


def test_every_other_protection_is_the_same():
    podman, docker = (host_settings(Limits(), podman) for podman in (True, False))
    different = {key for key in {*podman, *docker} if podman.get(key) != docker.get(key)}
    assert different == {"security_opt", "tmpfs", "ulimits"}


def test_a_runtime_that_the_engine_does_not_know_is_refused_with_the_ones_it_knows():
    class Runtimes:
        def info(self):
            return {"Runtimes": {"runsc": {}, "runc": {}}}

    check_runtime(Runtimes(), "runsc")
    with pytest.raises(
        SandboxUnavailable, match=r"^The container engine has no runtime 'kata'; it knows runc, runsc\."
    ):
        check_runtime(Runtimes(), "kata")


@pytest.mark.parametrize("podman", [True, False])
def test_the_chosen_runtime_is_part_of_the_request(podman):
    assert host_settings(Limits(), podman, "runsc")["runtime"] == "runsc"
    assert host_settings(Limits(), podman)["runtime"] is None  # the engine's default one


def test_a_runtime_is_for_containers_only():
    with pytest.raises(ConfigError, match=r"The runtime 'runsc' is for containers, and the sandbox 'bubblewrap' has"):
        open_sandbox("bubblewrap", runtime="runsc")
    assert (candidates("auto", "runsc"), candidates("auto", None)) == (("docker",), ("docker", "bubblewrap"))


@pytest.fixture
def podman(monkeypatch):
    if not HOST:
        pytest.skip("set EVALKIT_PODMAN_HOST to the socket of 'podman system service', such as unix:///run/podman.sock")
    monkeypatch.setenv("DOCKER_HOST", HOST)
    built = []
    sandbox = DockerSandbox(workers=1, build=built.append)
    yield sandbox
    sandbox.close()


@pytest.mark.slow
def test_podman_judges_and_holds_every_attack(podman):
    assert podman.describe()["engine"] == "podman"
    (outcome,) = podman.judge(Job("def f():\n    return 1\n", "f", TESTS, ("test_it",)))
    assert outcome.status is Status.PASSED
    assert [finding for finding in check_sandbox(podman) if not finding.held] == []
