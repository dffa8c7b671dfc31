"""What a candidate may use, how that is enforced from inside the fork, and how it is measured from outside."""

import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
FILE_BYTES = 64 * 2**20
PATIENCE = 5  # times the wall limit, at most, that a candidate gets on a machine that makes it wait


@dataclass(frozen=True)
class Budget:
    """Limits of one candidate. Seconds and bytes."""

    cpu_seconds: float
    wall_seconds: float
    memory_bytes: int
    processes: int
    output_bytes: int


@dataclass(frozen=True)
class Usage:
    """What all processes of a candidate use together at one moment."""

    cpu_seconds: float
    memory_bytes: int
    pids: tuple[int, ...]


def restrict_for_all() -> None:
    """Kernel limits of the calling process and all it will start that are the same for every candidate."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_MSGQUEUE, (0, 0))  # engines mount /dev/mqueue, where a queue would stay behind
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))


def restrict(budget: Budget, rlimits_only: bool, tasks_beside: int) -> None:
    """Those of one candidate. They back up what the keeper measures."""
    # Far above the budget: for this limit the kernel counts whole ticks, stolen ones too, so it must not come first.
    cpu = int(2 * budget.cpu_seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    if rlimits_only:  # no cgroup here; room for thread stacks, which count although they are not used
        processes = budget.processes + tasks_beside
        resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))
        ceiling = budget.memory_bytes + 2**30
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
        resource.setrlimit(resource.RLIMIT_DATA, (budget.memory_bytes, budget.memory_bytes))


def prefer_as_victim() -> None:
    """When memory runs out the kernel takes the candidate, not the keeper."""
    try:
        fd = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
        os.write(fd, b"1000")
        os.close(fd)
    except OSError:
        return  # a kernel without it: the memory limit still holds


def usage(belongs: Callable[[str], bool], together: Callable[[list[int]], int]) -> Usage:
    """Over the processes for which `belongs(pid)` holds; `together` combines their resident bytes."""
    seconds, memory, pids = 0.0, [0], []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if not belongs(pid):
                continue
            fields = read_proc(f"{pid}/stat").rpartition(b")")[2].split()
            resident = int(read_proc(f"{pid}/statm").split()[1])
        except (OSError, IndexError):
            continue  # it ended meanwhile
        if fields[0] not in b"ZX":
            pids.append(int(pid))
        seconds += sum(map(int, fields[11:15])) / _TICKS  # own and reaped children's, user and system
        memory.append(resident * _PAGE)
    return Usage(seconds, together(memory), tuple(pids))


def read_proc(name: str) -> bytes:
    """A small file below /proc. Raises OSError when there is none, or none any more."""
    fd = os.open(f"/proc/{name}", os.O_RDONLY)
    try:
        return os.read(fd, 4096)
    finally:
        os.close(fd)


def waited_seconds(pid: int) -> float:
    """How long a process was ready to run while the processors did other things; 0 where the kernel does not say."""
    try:
        return int(read_proc(f"{pid}/schedstat").split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


def cpu_seconds(pid: int) -> float:
    """Processor time of one process; 0 when it is gone."""
    try:
        fields = read_proc(f"{pid}/stat").rpartition(b")")[2].split()
        return sum(map(int, fields[11:13])) / _TICKS
    except (OSError, IndexError):
        return 0.0


class OutOfMemoryKills:
    """How often the kernel has killed for memory in this container's cgroup (v2 or v1). The file stays open."""

    def __init__(self) -> None:
        self._fd = -1  # where it cannot be read
        for name in ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"):
            if os.path.exists(name):
                self._fd = os.open(name, os.O_RDONLY | os.O_CLOEXEC)
                break

    def count(self) -> int:
        """Kills so far; 0 where it is not known."""
        text = os.pread(self._fd, 4096, 0) if self._fd >= 0 else b""
        return int(text.partition(b"oom_kill ")[2].split(None, 1)[0]) if b"oom_kill " in text else 0


def signal_name(number: int) -> str:
    """`SIGSEGV` for 11."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
