"""Docker engines of a benchmark's own, which may die: each with a socket, a data folder and containers of its own."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from machines import kill, title, wait_for

START_SECONDS = 60.0


@dataclass
class Engine:
    """A dockerd, its state below `folder`."""

    folder: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def host(self) -> str:
        """What DOCKER_HOST must be."""
        return f"unix://{self.folder / 'socket'}"

    def start(self) -> None:
        """Start it, or start it again, and wait until it answers."""
        if self.process is not None:
            return
        self.folder.mkdir(exist_ok=True)
        (self.folder / "pid").unlink(missing_ok=True)
        own = [f"--{name}={self.folder / folder}" for name, folder in (("data-root", "data"), ("exec-root", "exec"))]
        command = ["dockerd", "--bridge=none", "--iptables=false", f"--host={self.host}", *own]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([*command, f"--pidfile={self.folder / 'pid'}"], stdout=log, stderr=log)
        self._wait()

    def kill(self) -> None:
        """SIGKILL to it and to its containerd and shims, whose containers end with them."""
        if self.process is not None:
            kill(signal.SIGKILL, self._processes())
            self.process.wait()
            self.process = None
            assert wait_for(lambda: not self._processes(), START_SECONDS)
            # A new dockerd would take whatever process has the number by then for the containerd that it had.
            (self.folder / "exec" / "containerd" / "containerd.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """End it in order, its containers too."""
        self.start()  # a killed one has left containers and mounts
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait()
        for line in reversed(Path("/proc/mounts").read_text().splitlines()):  # what a killed one left behind
            if line.split()[1].startswith(f"{self.folder}/"):
                subprocess.run(["umount", "--lazy", line.split()[1]], check=True)

    def containers(self) -> list[str]:
        """Names of the containers there are."""
        listing = ["docker", "--host", self.host, "ps", "--all", "--format", "{{.Names}}"]
        return subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split()

    def _processes(self) -> list[int]:
        pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal())
        return [pid for pid in pids if re.match(rf"\S*(docker|containerd).* \S*{self.folder}/", title(pid))]

    def _wait(self) -> None:
        command = ["docker", "--host", self.host, "version"]
        answers = wait_for(
            lambda: not subprocess.run(command, capture_output=True, check=False).returncode, START_SECONDS
        )
        assert answers, (self.folder / "log").read_text()[-2000:]


def missing() -> str | None:
    """Why there can be no such engine here."""
    if os.geteuid() != 0:
        return "a Docker engine of its own needs root"
    if not shutil.which("dockerd") or not shutil.which("docker"):
        return "a Docker engine of its own needs dockerd and docker"
    return None


@contextmanager
def engines(folder: Path, count: int) -> Iterator[list[Engine]]:
    """So many engines, each with the image of the sandbox; everything of them is removed afterwards."""
    made = [Engine(folder / f"engine-{number}") for number in range(count)]
    try:
        for engine in made:
            engine.start()
            build = [sys.executable, "-c", "from evalkit.cli import main\nmain()", "sandbox", "build"]
            subprocess.run(build, env=os.environ | {"DOCKER_HOST": engine.host}, check=True, capture_output=True)
        yield made
    finally:
        for engine in made:
            engine.stop()
