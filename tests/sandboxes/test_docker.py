"""Containers: how they are set up, that none is left behind, and what is said when no engine answers."""

import contextlib
import dataclasses
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from evalkit.errors import SandboxFailed, SandboxUnavailable
from evalkit.registry import data_folder
from evalkit.sandboxes import open_sandbox
from evalkit.sandboxes.docker import DockerSandbox
from evalkit.sandboxes.image import build_image, connect, image_name
from evalkit.sandboxes.orphans import LABEL, owner_label, remove_orphans
from evalkit.types import Job, Limits, Status

pytestmark = pytest.mark.docker

TESTS = "from solution import f\n\ndef test_it():\n    assert f() == 1\n"
GOOD = Job("def f():\n    return 1\n", "f", TESTS, ("test_it",))
SLEEPS = Job("import time\ndef f():\n    time.sleep(5)\n    return 1\n", "f", TESTS, ("test_it",), Limits(4.0, 20.0))
OWNED_ELSEWHERE = """
import sys
from evalkit.sandboxes import open_sandbox
from evalkit.sandboxes.docker import DockerSandbox
from evalkit.types import Job
sandbox = DockerSandbox()
sandbox.judge(Job("def f(): return 1", "f", "from solution import f\\ndef test_it(): assert f() == 1", ("test_it",)))
print("running", flush=True)
sys.stdin.read()
"""

RELAY = """
import socket, sys, threading
def copy(source, sink):
    while data := source.recv(65536):
        sink.sendall(data)
    sink.shutdown(socket.SHUT_WR)
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
print("listening", flush=True)
while True:
    here, engine = listener.accept()[0], socket.socket(socket.AF_UNIX)
    engine.connect("/var/run/docker.sock")
    for pair in ((here, engine), (engine, here)):
        threading.Thread(target=copy, args=pair, daemon=True).start()
"""


@pytest.fixture
def client():
    client = connect()
    yield client
    client.close()


@pytest.fixture
def docker():
    sandbox = DockerSandbox()
    yield sandbox
    sandbox.close()


def mine(client):
    return client.containers.list(all=True, filters={"label": f"{LABEL}={owner_label()[LABEL]}"}, ignore_removed=True)


def one_of_mine(client, sandbox):
    before = {container.id for container in mine(client)}
    assert sandbox.judge(GOOD)[0].status is Status.PASSED
    (container,) = [container for container in mine(client) if container.id not in before]
    return container


def test_every_protection_is_set_on_the_running_container(client, docker):
    settings = one_of_mine(client, docker).attrs
    host = settings["HostConfig"]
    limits = Limits()
    assert host["NetworkMode"] == "none" and host["IpcMode"] == "none" and host["PidMode"] == ""
    assert host["ReadonlyRootfs"] is True and host["Privileged"] is False and not host["Binds"]
    assert host["CapDrop"] == ["ALL"] and sorted(cap.removeprefix("CAP_") for cap in host["CapAdd"]) == [
        "KILL", "SETGID", "SETUID"]  # fmt: skip
    assert "no-new-privileges" in host["SecurityOpt"]
    (profile,) = [option for option in host["SecurityOpt"] if option.startswith("seccomp=")]
    assert json.loads(profile[8:]) == json.loads((data_folder("sandbox") / "seccomp.json").read_text())
    assert limits.processes < host["PidsLimit"] < 200
    assert host["Memory"] == host["MemorySwap"] > limits.memory_bytes and host["CpuQuota"] == 2 * host["CpuPeriod"] > 0
    assert host["LogConfig"]["Type"] == "none" and host["AutoRemove"] is True
    assert (
        "size=" in host["Tmpfs"]["/tmp"] and "noexec" in host["Tmpfs"]["/tmp"] and "ro" in host["Tmpfs"]["/dev/mqueue"]
    )
    assert settings["Config"]["Labels"][LABEL] == owner_label()[LABEL]
    assert "DOCKER_HOST" not in json.dumps(settings["Config"]["Env"])


def test_containers_are_gone_after_close(client):
    sandbox = DockerSandbox(workers=2)
    before = {container.id for container in mine(client)}
    threads = [threading.Thread(target=sandbox.judge, args=(GOOD,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= len({container.id for container in mine(client)} - before) <= 2
    sandbox.close()
    assert {container.id for container in mine(client)} - before == set()


def test_a_container_removed_from_outside_is_replaced(client, docker):
    one_of_mine(client, docker).remove(force=True)
    assert docker.judge(GOOD)[0].status is Status.PASSED


def test_a_container_removed_while_it_judges_is_replaced(client, docker):
    container = one_of_mine(client, docker)
    outcomes = []
    thread = threading.Thread(target=lambda: outcomes.extend(docker.judge(SLEEPS)))
    thread.start()
    time.sleep(1.0)
    container.remove(force=True)
    thread.join()
    assert [outcome.status for outcome in outcomes] == [Status.PASSED]


def test_close_while_it_judges_fails_the_job_and_leaves_nothing(client):
    sandbox = DockerSandbox()
    container = one_of_mine(client, sandbox)
    failures = []

    def judge():
        try:
            sandbox.judge(SLEEPS)
        except SandboxFailed as error:
            failures.append(error)

    thread = threading.Thread(target=judge)
    thread.start()
    time.sleep(1.0)
    sandbox.close()
    thread.join(timeout=60)
    assert not thread.is_alive() and len(failures) == 1
    assert container.id not in {found.id for found in mine(client)}


def test_containers_of_a_killed_process_are_removed_at_the_next_start(client):
    process = subprocess.Popen([sys.executable, "-c", OWNED_ELSEWHERE], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        assert process.stdout.readline() == b"running\n"
        (left,) = [found for found in labelled(client) if f"/{process.pid}/" in found.labels[LABEL]]
        DockerSandbox().close()
        assert left.id in {found.id for found in labelled(client)}  # its owner lives: not ours to remove
        os.kill(process.pid, signal.SIGKILL)
        process.stdin.close()
        process.wait()
    DockerSandbox().close()
    gone_soon(client, left.id)


def test_a_container_that_never_ran_is_removed_too(client):
    image = client.images.get(image_name())
    host = socket.gethostname()
    label = {LABEL: f"{host}/{2**22 + 1}/1"}  # no process has so high a number
    created = client.api.create_container(image=image.id, entrypoint=["/usr/bin/true"], labels=label)
    remove_orphans(client)
    gone_soon(client, created["Id"])


def gone_soon(client, identity):
    deadline = time.monotonic() + 60
    while identity in {found.id for found in labelled(client)}:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def labelled(client):
    return client.containers.list(all=True, filters={"label": LABEL}, ignore_removed=True)


def test_containers_of_others_are_left_alone(client):
    image = client.images.get(image_name())
    label = {LABEL: "another-host/1/1"}
    created = client.api.create_container(image=image.id, entrypoint=["/usr/bin/true"], labels=label)
    try:
        remove_orphans(client)
        assert created["Id"] in {found.id for found in labelled(client)}
    finally:
        client.api.remove_container(created["Id"], force=True)


def test_a_missing_image_names_the_command_that_builds_it():
    with pytest.raises(SandboxUnavailable, match=r"image no-such:tag is missing. Build it with: evalkit sandbox build"):
        DockerSandbox(image="no-such:tag")


def test_a_missing_image_is_built_when_that_is_asked_for(client):
    said = []
    name = "evalkit-sandbox:of-a-test"
    try:
        sandbox = DockerSandbox(image=name, build=said.append)
        assert sandbox.judge(GOOD)[0].status is Status.PASSED
        sandbox.close()
        assert said and said[0].startswith(f"Building {name}")
    finally:
        with contextlib.suppress(Exception):  # not built after all: the failure above is what counts
            client.images.remove(name)


def test_an_image_on_top_of_another_judges_too(client):
    """Its base stands in for a Python image of a registry: what matters is that the runner is added to it."""
    name = "evalkit-sandbox:of-a-test-on-a-base"
    try:
        build_image(from_image=base_image(client), name=name)
    except SandboxUnavailable as error:
        pytest.skip(f"nothing here to build on: {error}")
    try:
        sandbox = DockerSandbox(image=name)
        assert sandbox.judge(GOOD)[0].status is Status.PASSED
        sandbox.close()
    finally:
        client.images.remove(name)


def base_image(client):
    tags = [tag for image in client.images.list() for tag in image.tags if tag.startswith("python:")]
    if not tags:
        pytest.skip("no Python image on this engine")
    return tags[0]


@pytest.mark.parametrize("host", ["unix:///nowhere/docker.sock", "tcp://127.0.0.1:9"])
def test_an_engine_that_does_not_answer_is_one_clear_line(monkeypatch, host):
    monkeypatch.setenv("DOCKER_HOST", host)
    with pytest.raises(SandboxUnavailable, match=r"^No Docker engine answers \(.*--sandbox bubblewrap\.$") as info:
        DockerSandbox()
    assert "\n" not in str(info.value) and "Traceback" not in str(info.value)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of docker's client, see below
def test_an_engine_that_dies_fails_the_sandbox_and_nothing_else(monkeypatch, tmp_path):
    path = tmp_path / "socket"
    with subprocess.Popen([sys.executable, "-c", RELAY, str(path)], stdout=subprocess.PIPE, text=True) as relay:
        assert relay.stdout.readline() == "listening\n"
        monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
        with contextlib.closing(DockerSandbox()) as sandbox:
            described = sandbox.describe()
            relay.kill()
            relay.wait()
            for job in (GOOD, dataclasses.replace(GOOD, packages=("pandas",))):
                with pytest.raises(SandboxFailed):
                    sandbox.judge(job)
            assert sandbox.describe() == described
    gc.collect()  # the client's sockets that could not connect, which it does not close


def test_the_description_names_engine_and_image(docker):
    described = docker.describe()
    assert described["name"] == "docker" and described["isolates"] is True
    assert described["image"] == image_name() and str(described["image_id"]).startswith("sha256:")


def test_the_image_is_named_after_what_is_in_it(monkeypatch):
    from evalkit.sandboxes import image

    before = image_name()
    monkeypatch.setattr(image, "rootfs_key", lambda: "other")
    assert image_name() != before


def test_an_unknown_runtime_lists_the_known_ones():
    with pytest.raises(SandboxUnavailable, match=r"no runtime 'no-such'; it knows .*\brunc\b.*leave out --runtime\.$"):
        open_sandbox("docker", runtime="no-such")


def test_the_runtime_is_given_to_the_engine_and_described(client):
    default = client.info()["DefaultRuntime"]
    sandbox = open_sandbox("auto", runtime=default)
    try:
        host = one_of_mine(client, sandbox).attrs["HostConfig"]
        assert host["Runtime"] == default == sandbox.describe()["runtime"]
    finally:
        sandbox.close()
