"""A Ray cluster of several nodes on this machine, evalkit runs on it, and the processes of each node."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

from evalkit.run.ray.cluster import import_ray

WORKERS = ("ray::GenerationWorker", "ray::JudgingWorker", "ray::ProgramKeeper", "ray::look")
SANDBOXES = ("runner supervisor", "/bwrap")
SERVERS = ("core/src/ray/raylet/raylet ", "core/src/ray/gcs/gcs_server ")  # of a cluster that a driver started
STORE_BYTES = 80 * 2**20  # of Ray's object store on each node; little is put into it
LOOPBACK = "127.0.0.2"  # Ray takes 127.0.0.1 for "this machine", and looks for its address in the network
CPUS = 4  # of a node and of a generation worker; Ray starts as many processes of a node at a time
WATCH_SECONDS = 0.5
MAIN = "from evalkit.cli import main\nmain()\n"
WITHOUT_REPORT = "from evalkit.cli import run\nrun.write = lambda paths: None\n"


@dataclass
class Machines:
    """The cluster, and what was started in it."""

    cluster: Any
    nodes: list[Any] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)  # processes of nodes, also those that left their parent since

    @property
    def address(self) -> str:
        """HOST:PORT of the head node."""
        return str(self.cluster.address)

    def add(self, place: int | None = None, **settings: Any) -> None:
        """A node more, with as many CPUs as one generation worker is given, and one sandbox; in this `place`, or last.

        `settings` are those of Cluster.add_node.
        """
        wanted = {"num_cpus": CPUS, "resources": {"sandbox": 1}, "node_ip_address": LOOPBACK, **settings}
        node = self.cluster.add_node(object_store_memory=STORE_BYTES, **wanted)
        self.nodes.insert(len(self.nodes) if place is None else place, node)

    def watch(self, ended: Event) -> None:
        """Remember the processes of the nodes, until the cluster is stopped."""
        while not ended.wait(WATCH_SECONDS):
            for node in tuple(self.nodes):
                self.seen.update(descendants(raylet(node)))

    def left(self) -> set[int]:
        """Processes that were seen on the nodes, do a run's work and have not ended."""
        seen = self.seen.copy()  # at once: the thread that watches goes on
        return {pid for pid in seen if any(name in title(pid) for name in (*WORKERS, *SANDBOXES, *SERVERS))}

    def kill(self, place: int) -> None:
        """SIGKILL to every process of a node at once, as when its power is cut."""
        node = self.nodes.pop(place)
        kill(signal.SIGKILL, [raylet(node), *descendants(raylet(node))])
        with suppress(Exception):  # what is dead already is what was wanted
            self.cluster.remove_node(node, allow_graceful=False)


def on(found: Machines, **options: object) -> tuple[object, ...]:
    """The options of a run on the cluster: one generation worker on each node."""
    named = [("--engine-option", f"{name}={value}") for name, value in {"cpus": CPUS, **options}.items()]
    return ("--engine", "ray", "--address", found.address, *(part for pair in named for part in pair))


@contextmanager
def machines(nodes: int, **head: Any) -> Iterator[Machines]:
    """A head node for the driver and so many others, on the loopback interface; all ended afterwards."""
    os.environ.setdefault("RAY_worker_niceness", "0")  # else Ray's workers wait for all that a machine does beside them
    ray = import_ray()
    from ray.cluster_utils import Cluster

    settings = {
        "num_cpus": 0,
        "include_dashboard": False,
        "object_store_memory": STORE_BYTES,
        "node_ip_address": LOOPBACK,
        **head,
    }
    found = Machines(Cluster(initialize_head=True, head_node_args=settings))
    ended = Event()
    watcher = Thread(target=found.watch, args=(ended,), daemon=True)
    try:
        for _ in range(nodes):
            found.add()
        watcher.start()
        yield found
    finally:
        ended.set()
        ray.shutdown()
        found.cluster.shutdown()


def evalkit(*arguments: object, report: bool = False) -> "subprocess.Popen[str]":
    """`evalkit` with these arguments, under way; the report, which takes longer than a small run, only if asked for."""
    command = [sys.executable, "-c", MAIN if report else WITHOUT_REPORT + MAIN, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def raylet(node: Any) -> int:
    """Process id of a node's raylet, the parent of its workers."""
    return int(node.all_processes["raylet"][0].process.pid)


def workers(node: Any, kind: str = "ray::") -> list[int]:
    """Process ids of a node's workers whose title begins so."""
    return [pid for pid in descendants(raylet(node)) if title(pid).startswith(kind)]


def sandboxes(node: Any) -> list[int]:
    """Process ids of the sandboxes of a node."""
    found = descendants(raylet(node))
    return [pid for pid in found if any(name in title(pid) for name in SANDBOXES)]


def kill(number: signal.Signals, pids: Sequence[int]) -> None:
    """Send a signal; who has ended meanwhile does not get it."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def title(pid: int) -> str:
    """A process's command line; empty when it has ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


def descendants(pid: int) -> list[int]:
    """All processes under one."""
    parents = dict(_parents())
    found, last = [], [pid]
    while last:
        last = [child for child, parent in parents.items() if parent in last]
        found += last
    return found


def wait_for(enough: Callable[[], bool], seconds: float = 120.0) -> bool:
    """Whether it became true within so many seconds."""
    end = time.monotonic() + seconds
    while not enough():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def shards(folder: Path) -> dict[str, bytes]:
    """The tables of a run, file by file."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}


def _parents() -> Iterator[tuple[int, int]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError, IndexError):
                yield int(entry.name), int((entry / "stat").read_text().rpartition(")")[2].split()[1])
