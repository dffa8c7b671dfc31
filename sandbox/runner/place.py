"""Where candidates run: which processes are theirs, which uid they get, and how the place is emptied again."""

import ctypes
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from limits import Usage, read_proc, usage

_CLEAN_SECONDS = 15.0  # a fork bomb takes its part of a busy machine's processors until the last of it is gone
_CAPABILITIES_OF_SELF = (0x20080522, 0)  # version 3 (linux/capability.h), this process


@dataclass(frozen=True)
class Place:
    """One of three arrangements, told apart by how a candidate's processes are recognised.

    uid        they have a uid of their own (`uid` is set)
    namespace  the keeper is PID 1 of a PID namespace in which everything else is theirs
    session    they share the session of the candidate; isolates nothing and finds only what stays in it
    """

    kind: str
    scratch: str
    uid: int | None = None
    rlimits_only: bool = False  # no cgroup limits memory and processes here

    def __post_init__(self) -> None:
        if self.kind not in ("uid", "namespace", "session"):
            raise ValueError(f"unknown kind of place {self.kind!r}")
        if self.kind == "namespace" and os.getpid() != 1:  # else "everything else" would be the whole machine
            raise ValueError("the keeper must be PID 1 of its own PID namespace")
        if (self.kind == "uid") != bool(self.uid):
            raise ValueError("a place of kind uid needs a uid that is not root")

    def prepare(self) -> None:
        """Once, before any fork: give up what a change of uid would leave to the candidates."""
        if self.uid is not None:
            os.setgroups([])
            _drop_inheritable_capabilities()

    def switch_uid(self) -> None:
        """Give up this process's uid for the candidate's, where there is one. The kernel clears its capabilities."""
        if self.uid is not None:
            os.setresgid(self.uid, self.uid, self.uid)
            os.setresuid(self.uid, self.uid, self.uid)

    def tasks_beside(self) -> int:
        """How many processes and threads, at most, the kernel counts with the candidate's own against its limit.

        A uid or a namespace of its own is counted by itself. In a session those of everything that its user runs
        are; all of the machine's are no fewer, and known at once: proc(5), /proc/loadavg.
        """
        if self.kind != "session":
            return 0
        return int(read_proc("loadavg").split()[3].partition(b"/")[2])

    def usage(self, candidate: int) -> Usage:
        """What all processes of the candidate with that PID use.

        Memory that forks share is counted for each of them, so where a cgroup limits the sum only the largest counts.
        """
        return usage(lambda pid: self._belongs(pid, candidate), sum if self.rlimits_only else max)

    def _belongs(self, pid: str, candidate: int) -> bool:
        if self.kind == "namespace":
            return pid != "1"
        if self.kind == "uid":  # from status: the owner of /proc/PID is root for a process that is not dumpable
            status = read_proc(f"{pid}/status")
            return int(status.partition(b"\nUid:")[2].split(None, 1)[0]) == self.uid
        session = read_proc(f"{pid}/stat").rpartition(b")")[2].split()[3]
        return int(session) == candidate

    def clean(self, candidate: int) -> bool:
        """Kill and reap all that is left, empty the scratch place. False when something resists."""
        deadline = time.monotonic() + _CLEAN_SECONDS
        # The keeper is the subreaper of all it starts: a descendant that lost its parent is its child.
        while _reap():
            self._kill_all(candidate)
            if time.monotonic() > deadline:
                return False
        if not os.listdir(self.scratch):
            return True
        self._as_candidate(lambda: _wipe(self.scratch))
        return not os.listdir(self.scratch)

    def _kill_all(self, candidate: int) -> None:
        """One kill(-1) reaches every process it may at once, so a fork bomb cannot outrun it."""
        for pid in self.usage(candidate).pids:
            _ignoring_absence(partial(os.kill, pid, signal.SIGKILL))
        if self.kind == "namespace":
            _ignoring_absence(partial(os.kill, -1, signal.SIGKILL))
        elif self.kind == "uid":
            self._as_candidate(lambda: _ignoring_absence(partial(os.kill, -1, signal.SIGKILL)))

    def _as_candidate(self, action: Callable[[], None]) -> None:
        """Run `action` in a child with the candidate's uid: only its owner may touch what it left."""
        try:
            pid = os.fork()
        except OSError:  # no process left to be had: the caller has killed some and comes again
            return
        if pid == 0:
            try:
                self.switch_uid()
                action()
            finally:
                os._exit(0)
        os.waitpid(pid, 0)


def _drop_inheritable_capabilities() -> None:
    """A change of uid clears all sets but this one. Raises OSError when the kernel refuses."""
    libc = ctypes.CDLL(None, use_errno=True)
    header, sets = (ctypes.c_uint32 * 2)(*_CAPABILITIES_OF_SELF), (ctypes.c_uint32 * 6)()
    failed = libc.capget(header, sets)
    sets[2] = sets[5] = 0  # effective, permitted, inheritable of the lower 32, then of the others
    if failed or libc.capset(header, sets):
        raise OSError(ctypes.get_errno(), "the inheritable capabilities cannot be dropped")


def _reap() -> bool:
    """Collect ended children; whether living ones are left."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def _ignoring_absence(action: Callable[[], None]) -> None:
    try:
        action()
    except ProcessLookupError:
        return  # it ended meanwhile


def _wipe(folder: str) -> None:
    """Remove everything in `folder`. Each subfolder is moved up before it is emptied, so that no depth is too deep."""
    prefix = os.path.join(folder, f".wipe-{os.urandom(8).hex()}-")
    pending = [folder]
    moved = 0
    while pending:
        current = pending.pop()
        for entry in list(os.scandir(current)):
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)
                continue
            os.chmod(entry.path, 0o700)
            moved += 1
            os.rename(entry.path, f"{prefix}{moved}")
            pending.append(f"{prefix}{moved}")
        if current != folder:
            os.rmdir(current)
