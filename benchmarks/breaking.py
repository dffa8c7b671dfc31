"""What breaks in benchmarks/faults.py: each fault is a context that breaks something, and mends it at its end."""

import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

import disks
import engines
from disks import SmallDisk
from engines import Engine
from machines import Machines, descendants, kill, machines, sandboxes, workers

DRAWING, JUDGING = "ray::GenerationWorker", "ray::JudgingWorker"
POOR = 0  # the node that is outside the group for which the disk has a reserve
NODES = 2
SLOW_SECONDS, BETWEEN_SECONDS = 0.45, 0.05  # a slow node stands still for nine tenths of the time


@dataclass
class Ground:
    """A cluster of two nodes beside the driver's, and what else may break: each node's engine, the disk of the runs."""

    machines: Machines
    disk: SmallDisk | None = None
    engines: list[Engine] = field(default_factory=list)

    def add(self, place: int) -> None:
        """Start the node of this place (again)."""
        found: dict[str, str] = {"DOCKER_HOST": self.engines[place].host} if self.engines else {}
        poor = place == POOR and self.disk is not None
        if poor and self.disk is not None:
            found["TMPDIR"] = str(self.disk.scratch)
        with disks.outside_the_group() if poor else nullcontext():
            self.machines.add(place, env_vars=found)


@contextmanager
def ground(folder: Path, own_engines: bool, own_disk: bool = True) -> Iterator[Ground]:
    """The cluster; with a disk and, where wanted, engines of its own as far as this machine lets it make them."""
    with ExitStack() as stack:
        disk = None if disks.missing() or not own_disk else stack.enter_context(disks.small_disk(folder))
        wanted = NODES if own_engines and not engines.missing() else 0
        found = stack.enter_context(engines.engines(folder, wanted))
        made = Ground(stack.enter_context(machines(0)), disk, found)
        for place in range(NODES):
            made.add(place)
        yield made


@dataclass
class Disturbed:
    """A run under way, and where it is to be hit."""

    ground: Ground
    process: "subprocess.Popen[str]"
    place: int  # the node
    chance: random.Random

    @property
    def node(self) -> Any:
        """The node that is hit."""
        return self.ground.machines.nodes[self.place]


@contextmanager
def kill_generator(run: Disturbed) -> Iterator[None]:
    """SIGKILL of a generation worker"""
    kill(signal.SIGKILL, workers(run.node, DRAWING))
    yield


@contextmanager
def kill_judge(run: Disturbed) -> Iterator[None]:
    """SIGKILL of a judging worker"""
    kill(signal.SIGKILL, workers(run.node, JUDGING))
    yield


@contextmanager
def kill_node(run: Disturbed) -> Iterator[None]:
    """SIGKILL of every process of a node"""
    run.ground.machines.kill(run.place)
    yield
    run.ground.add(run.place)


@contextmanager
def kill_driver(run: Disturbed) -> Iterator[None]:
    """SIGKILL of the driver, then `--resume`"""
    run.ground.machines.seen.update(descendants(run.process.pid))  # without --address, Ray itself is among them
    run.process.kill()
    yield


@contextmanager
def kill_sandbox(run: Disturbed) -> Iterator[None]:
    """SIGKILL of a node's sandbox, again and again for 3 seconds"""
    end = time.monotonic() + 3
    while time.monotonic() < end:
        kill(signal.SIGKILL, sandboxes(run.node))
        time.sleep(0.02)
    yield


@contextmanager
def kill_engine(run: Disturbed) -> Iterator[None]:
    """SIGKILL of a node's Docker engine"""
    with _killed([run.ground.engines[run.place]]):
        yield


@contextmanager
def kill_engines(run: Disturbed) -> Iterator[None]:
    """SIGKILL of all Docker engines; they are started again, then `--resume`"""
    with _killed(run.ground.engines):
        yield


@contextmanager
def _killed(hit: list[Engine]) -> Iterator[None]:
    for engine in hit:
        engine.kill()
    yield
    for engine in hit:
        engine.start()


@contextmanager
def fill_node(run: Disturbed) -> Iterator[None]:
    """ENOSPC for one node: its scratch folder, and whatever it writes to the run"""
    with _filled(run, reserve=False):
        yield


@contextmanager
def fill_disk(run: Disturbed) -> Iterator[None]:
    """ENOSPC for all, the driver too; space is made, then `--resume`"""
    with _filled(run, reserve=True):
        yield


@contextmanager
def _filled(run: Disturbed, reserve: bool) -> Iterator[None]:
    assert run.ground.disk is not None
    run.ground.disk.fill(reserve)
    yield
    run.ground.disk.free()


@contextmanager
def stop_node(run: Disturbed) -> Iterator[None]:
    """a node's workers stand still (SIGSTOP) to the end of the run"""
    kill(signal.SIGSTOP, _workers(run))
    yield


@contextmanager
def slow_node(run: Disturbed) -> Iterator[None]:
    """a node's workers get a tenth of the time"""
    ended = Event()

    def brake() -> None:
        while not ended.wait(BETWEEN_SECONDS):
            hit = _workers(run)
            kill(signal.SIGSTOP, hit)
            ended.wait(SLOW_SECONDS)
            kill(signal.SIGCONT, hit)

    beside = Thread(target=brake)
    beside.start()
    try:
        yield
    finally:
        ended.set()
        beside.join()


def _workers(run: Disturbed) -> list[int]:
    return workers(run.node, DRAWING) + workers(run.node, JUDGING)


@dataclass(frozen=True)
class Fault:
    """`ends`: the exit code of a run that it ends, and which is resumed then; 0 where the run must go on by itself.

    `felt`: what the driver says of it.
    """

    hit: Callable[[Disturbed], AbstractContextManager[None]]
    felt: str = ""
    ends: int = 0
    sandbox: str | None = None  # that it needs
    address: bool = True  # whether the run is on the cluster of several nodes; else on one that the driver starts
    impossible: Callable[[], str | None] = lambda: None  # why it cannot be done here

    @property
    def title(self) -> str:
        """What breaks, in words."""
        said = (self.hit.__doc__ or "").strip()
        return said if self.address else f"{said}; a run without `--address`"


FULL = "No space left on device"
FAULTS: Mapping[str, Fault] = {
    "worker": Fault(kill_generator, "ended; Ray starts it anew"),
    "judge": Fault(kill_judge, "ended; Ray starts it anew"),
    "node": Fault(kill_node, "ended; Ray starts it anew"),
    "driver": Fault(kill_driver, ends=-signal.SIGKILL),
    "driver-alone": Fault(kill_driver, ends=-signal.SIGKILL, address=False),
    "sandbox": Fault(kill_sandbox),
    "engine": Fault(kill_engine, sandbox="docker", impossible=engines.missing),
    "engines": Fault(kill_engines, ends=3, sandbox="docker", impossible=engines.missing),
    "node-disk": Fault(fill_node, FULL, impossible=disks.missing),
    "disk": Fault(fill_disk, FULL, ends=2, impossible=disks.missing),
    "stopped": Fault(stop_node, "it is given to another worker, too"),
    "slow": Fault(slow_node),
}
