"""Isolates: network, file system (read-only, nothing of the host), processes, IPC, memory, process count, processor
share, system calls; judge and candidates have a uid each and no capability.
Does not isolate: the kernel itself. A kernel exploit gets out; a runtime with a kernel of its own would hold it.

One warm container per worker. In it a supervisor (root, with three capabilities, PID 1) forks judges, and a keeper
forks a candidate for each test.
"""

import contextlib
import json
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from evalkit.errors import SandboxUnavailable
from evalkit.sandboxes.host_config import check_runtime, host_settings, is_podman
from evalkit.sandboxes.image import build_image, connect, image_name, packages_image, reason_of
from evalkit.sandboxes.orphans import owner_label, remove_orphans
from evalkit.sandboxes.packages import PACKAGES_FOLDER, on_demand, require_packages
from evalkit.sandboxes.pool import WorkerPool
from evalkit.sandboxes.rootfs import CANDIDATE_UID, JUDGE_FOLDER, JUDGE_UID, RUNNER_FOLDER
from evalkit.sandboxes.worker import Worker
from evalkit.types import Job, Limits, Outcome

if TYPE_CHECKING:
    from docker import DockerClient

_STREAM_HEADER = struct.Struct(">BxxxI")


class DockerSandbox:
    """Warm containers of a running engine: Docker, or Podman's service that speaks Docker's API."""

    name = "docker"
    isolates = True

    def __init__(
        self,
        workers: int = 1,
        image: str | None = None,
        build: Callable[[str], None] | None = None,
        runtime: str | None = None,
    ) -> None:
        """`build`: make a missing image and say so through it; without it a missing image is an error.

        `runtime`: what runs the containers, such as runsc (gVisor); the engine's default one without it.
        """
        self.workers = workers
        self._client = connect()
        self._podman = is_podman(self._client)
        self._say = build or (lambda line: None)
        self._building = threading.Lock()
        self._runtime = runtime
        if runtime is not None:
            check_runtime(self._client, runtime)
        self._image = self._find_image(image or image_name(), build)
        self._described = self._describe()  # now, for an engine that has died since cannot be asked
        remove_orphans(self._client)
        self._pool = WorkerPool(self._start, workers)

    def describe(self) -> Mapping[str, object]:
        """Engine, its version, runtime and image, as they were when the sandbox was opened."""
        return self._described

    def _describe(self) -> dict[str, object]:
        return {
            "name": self.name,
            "isolates": True,
            "engine": "podman" if self._podman else "docker",
            "version": self._client.version()["Version"],
            "runtime": self._runtime or str(self._client.info().get("DefaultRuntime", "unknown")),
            "image": str(self._image.tags[0] if self._image.tags else self._image.id),
            "image_id": str(self._image.id),
        }

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        """See evalkit.types.Sandbox."""
        return self._pool.judge(job)

    def judge_all(self, jobs: Sequence[Job]) -> list[tuple[Outcome, ...]]:
        """See evalkit.types.JudgesTogether."""
        return self._pool.judge_all(jobs)

    def warm(self) -> None:
        """Start the container that the first job will be judged in. Raises SandboxUnavailable or SandboxFailed."""
        self._pool.warm()

    def close(self) -> None:
        """Remove every container of this sandbox."""
        self._pool.close()
        self._client.close()

    def _find_image(self, name: str, build: Callable[[str], None] | None) -> Any:
        from docker.errors import ImageNotFound

        try:
            return self._client.images.get(name)
        except ImageNotFound as error:
            if build is None:
                raise SandboxUnavailable(
                    f"The sandbox image {name} is missing. Build it with: evalkit sandbox build"
                ) from error
        build_image(name=name, say=build)
        return self._client.images.get(name)

    def _with_packages(self) -> str:
        """Name of the image with the packages on top, made once. Raises SandboxUnavailable."""
        with self._building:
            return packages_image(self._client, str(self._image.id), self._say)

    def _start(self, slot: int, packages: Sequence[str] = ()) -> Worker:
        from docker.errors import DockerException

        require_packages(packages)
        try:
            image = self._with_packages() if on_demand(packages) else str(self._image.id)
            container = self._create(image)
            channel = _ContainerChannel(self._client, container)
        except (DockerException, OSError) as error:
            raise SandboxUnavailable(f"Docker cannot start a sandbox: {reason_of(error)}.") from error
        return Worker(channel)

    def _create(self, image: str) -> str:
        labels = self._image.labels
        place = {"kind": "uid", "uid": CANDIDATE_UID, "scratch": "/tmp", "rlimits_only": False}
        settings = {
            "control": None,
            "judge_uid": JUDGE_UID,
            "place": place,
            "path": [labels["evalkit.path"], PACKAGES_FOLDER],
            "judge_path": [JUDGE_FOLDER],
        }
        python = [labels["evalkit.interpreter"], "-I", "-S", "-B"]
        api = self._client.api
        created = api.create_container(
            image=image,
            entrypoint=[*python, RUNNER_FOLDER, "supervisor", json.dumps(settings)],
            stdin_open=True,
            hostname="sandbox",
            user="0:0",
            working_dir="/",
            environment={"LANG": "C.UTF-8"},
            labels=owner_label(),
            host_config=api.create_host_config(**host_settings(Limits(), self._podman, self._runtime)),
        )
        return str(created["Id"])


class _ContainerChannel:
    """A container's standard streams over one attached socket."""

    def __init__(self, client: "DockerClient", container: str) -> None:
        self._client = client
        self._container = container
        params = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1, "logs": 0}
        attached: Any = client.api.attach_socket(container, params=params)
        self._attached = attached
        self._socket: socket.socket = getattr(attached, "_sock", attached)
        self._output = bytearray()
        self._errors = bytearray()
        client.api.start(container)

    def send(self, data: bytes) -> None:
        """Write to the container's standard input."""
        self._socket.sendall(data)

    def receive(self, count: int, deadline: float) -> bytes:
        """Exactly `count` bytes of the container's standard output."""
        while len(self._output) < count:
            stream, length = _STREAM_HEADER.unpack(self._read(_STREAM_HEADER.size, deadline))
            body = self._read(length, deadline)
            (self._output if stream == 1 else self._errors).extend(body)
        data = bytes(self._output[:count])
        del self._output[:count]
        return data

    def _read(self, count: int, deadline: float) -> bytes:
        pieces = []
        while count:
            if not select.select([self._socket], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise TimeoutError("no answer in time")
            try:
                piece = self._socket.recv(min(count, 2**20))
            except OSError as error:
                raise EOFError(str(error)) from error
            if not piece:
                raise EOFError("its container ended")
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)

    def close(self) -> str:
        """Remove the container; one that is gone already, or an engine that is, is nothing to complain about."""
        from docker.errors import DockerException

        with contextlib.suppress(DockerException, OSError):
            self._client.api.remove_container(self._container, force=True)
        for connection in (self._attached, self._socket):  # the file around a socket, and the socket itself
            with contextlib.suppress(OSError):
                connection.close()
        return self._errors.decode("utf-8", "replace")
