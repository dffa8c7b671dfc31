"""The keeper: starts one candidate after another, watches it from outside its reach, and leaves nothing behind.

It never sees tests, expected values or solutions: it forks ahead of need and hands the child a socket. Where it is
root it gives the child another uid; where only one uid exists it is PID 1 of a namespace of its own, which
makes it immune to signals of its children, and it is not dumpable, so they cannot read or write its memory.

Messages on its control socket (marshal's bytes, since both ends are ours; one per packet):
    {"spawn": n, "budget": {...}} with a descriptor   start candidate n; answered by a report when it has ended:
                                                      {"spawn", "reason", "status", "cpu_seconds", "clean"}
    {"end": n}                                        candidate n is not needed any more
    {"sync": t}                                       answered by the same message once nothing runs
    {"preload": [modules]}                            import them for all candidates to come; answered by {"missing"}:
                                                      why one cannot be imported, or nothing
Any message ends the candidate that runs, so a supervisor that lost count can always start afresh.
"""

import ctypes
import gc
import marshal
import os
import select
import signal
import socket
import sys
import time
from typing import Any

import candidate
from forking import Forking
from limits import PATIENCE, Budget, OutOfMemoryKills, read_proc, restrict_for_all, waited_seconds
from place import Place

_PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 4, 36, 38
_libc = ctypes.CDLL(None, use_errno=True)
_MOST_BYTES = 2**16  # of a message
_SETTLING_SECONDS = 1.0
_TICK = 0.025  # seconds between looks at a running candidate


class Keeper:
    """Serves requests on the control socket with one candidate at a time."""

    def __init__(self, control: socket.socket, place: Place) -> None:
        self._control = control
        self._place = place
        self._kills = OutOfMemoryKills()
        self._forking = Forking(place)
        self._measured = 0.0  # processor seconds of the running candidate and all it started, at the last look

    def serve(self) -> None:
        """Run candidates until the supervisor goes away."""
        while True:
            if not self._forking.pid:  # while the judge is busy with the last one's end
                self._forking.fork()
            data, fds, _, _ = socket.recv_fds(self._control, _MOST_BYTES, 1)
            if not data:
                return
            message = marshal.loads(data)
            if "spawn" in message:
                kills = self._kills.count()
                self._forking.begin(data, fds[0])
                report = self._report(Budget(**message["budget"]), kills)
                self._control.send(marshal.dumps({"spawn": message["spawn"], **report}))
            elif "sync" in message:
                self._control.send(data)
            elif "preload" in message:
                self._forking.drop()
                self._control.send(marshal.dumps({"missing": _preload(message["preload"])}))

    def _report(self, budget: Budget, kills_before: int) -> dict[str, object]:
        """What is to be said of the candidate that was begun, once it is over."""
        pid = self._forking.pid
        self._measured = 0.0
        reason = self._watch(pid, self._forking.output, budget)
        self._forking.forget()
        if reason == "ended":
            _let_settle(pid)
        status, seconds = _end(pid)
        if reason == "ended" and not _was_killed(status):  # it had ended by itself: a fork of it answered last
            reason = "exited"
        if reason == "exited" and self._kills.count() > kills_before:
            reason = "memory"
        if reason == "exited" and seconds > budget.cpu_seconds:  # killed by the kernel's own limit, before we looked
            reason = "cpu"
        if reason == "exited" and not self._forking.has_begun():  # our own failure: the solution was not there yet
            raise RuntimeError(f"a candidate ended before its solution was loaded, with wait status {status}")
        used = round(max(seconds, self._measured), 6)
        return {"reason": reason, "status": status, "cpu_seconds": used, "clean": self._place.clean(pid)}

    def _watch(self, pid: int, output: int, budget: Budget) -> str:
        """Wait until the candidate ends, oversteps or is no longer needed; say which."""
        handle = os.pidfd_open(pid)
        try:
            return self._watch_events(pid, handle, output, budget)
        finally:
            os.close(handle)

    def _watch_events(self, pid: int, handle: int, output: int, budget: Budget) -> str:
        begun = time.monotonic()
        events = select.poll()
        for fd in (handle, output, self._control.fileno()):
            events.register(fd, select.POLLIN)
        printed = 0
        while True:
            ready = {fd for fd, _ in events.poll(_TICK * 1000)}
            if self._control.fileno() in ready:  # what is printed and not read yet fits into one piece
                printed += len(os.read(output, 2**16)) if output in ready else 0
                return "output" if printed > budget.output_bytes else "ended"
            if handle in ready:
                return "exited"
            if output in ready:
                piece = os.read(output, 2**16)
                printed += len(piece)
                if not piece:  # every writer is gone
                    events.unregister(output)
                if printed > budget.output_bytes:
                    return "output"
            if overstep := self._overstep(pid, budget, time.monotonic() - begun):
                return overstep

    def _overstep(self, pid: int, budget: Budget, passed: float) -> str:
        used = self._place.usage(pid)
        self._measured = used.cpu_seconds
        if used.cpu_seconds > budget.cpu_seconds:
            return "cpu"
        if used.memory_bytes > budget.memory_bytes:
            return "memory"
        if len(used.pids) > budget.processes:
            return "processes"
        return "wall" if _is_over(passed, budget.wall_seconds, pid) else ""


def _is_over(passed: float, wall_seconds: float, pid: int) -> bool:
    """Whether the wall time is used up. Waiting for a processor does not count: that is the machine's doing."""
    if passed <= wall_seconds:
        return False
    return passed - waited_seconds(pid) > wall_seconds or passed > PATIENCE * wall_seconds


def _let_settle(pid: int) -> None:
    """Where a candidate has forked, wait until it rests or has ended: one that is ending let its fork answer."""
    children = f"{pid}/task/{pid}/children"
    deadline = time.monotonic() + _SETTLING_SECONDS
    while _read(children) and _state(pid) in (b"R", b"D") and time.monotonic() < deadline:
        time.sleep(0.001)


def _state(pid: int) -> bytes:
    """One letter, as in /proc/PID/stat; empty where it cannot be read."""
    return _read(f"{pid}/stat").rpartition(b") ")[2][:1]


def _read(name: str) -> bytes:
    try:
        return read_proc(name)
    except OSError:  # a kernel without such a file
        return b""


def _end(pid: int) -> tuple[int, float]:
    """Kill the candidate. Its wait status and the processor seconds of it and its reaped children, from the kernel."""
    os.kill(pid, signal.SIGKILL)
    _, status, used = os.wait4(pid, 0)
    return status, used.ru_utime + used.ru_stime


def _was_killed(status: int) -> bool:
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _hide_submodules() -> None:
    """What our own modules import must not make a forgotten import work: `import urllib` alone has no urllib.parse."""
    for name in list(sys.modules):
        if name.partition(".")[0] in ("urllib", "importlib"):
            del sys.modules[name]


def _prepare_for_candidates(place: Place) -> None:
    """Do once, before any fork, what each candidate would otherwise do for itself: forks inherit it."""
    place.prepare()
    restrict_for_all()
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    scratch = place.scratch
    os.chdir(scratch)
    os.environ.clear()
    os.environ.update(HOME=scratch, TMPDIR=scratch, PATH="/usr/bin:/bin", LANG="C.UTF-8")
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115  # lives as long as the process
    sys.stdout = open(1, "w", closefd=False, encoding="utf-8", errors="replace")  # noqa: SIM115  # as above
    sys.stderr = open(2, "w", closefd=False, encoding="utf-8", errors="replace")  # noqa: SIM115  # as above


def _preload(modules: list[str]) -> str:
    """Import what solutions of one kind of task import anyway. Why it cannot be done; empty when it is."""
    before = dict(os.environ)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read while numpy loads: a process with threads should not fork
    try:
        for name in modules:
            __import__(name)
    except Exception as error:  # a package may raise anything while it is imported
        return f"{type(error).__name__}: {error}"
    finally:
        os.environ.clear()
        os.environ.update(before)
    gc.collect()
    gc.freeze()
    return ""


def receive(control: socket.socket) -> dict[str, Any] | None:
    """One message; None at the end."""
    data = control.recv(_MOST_BYTES)
    return marshal.loads(data) if data else None


def main(control_fd: int, place: Place) -> None:
    """Serve on the inherited SOCK_SEQPACKET socket `control_fd`."""
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python's own reaction to it would let children end PID 1
    os.umask(0o077)
    _prepare_for_candidates(place)
    candidate.rehearse()
    _hide_submodules()
    gc.disable()
    gc.freeze()  # pages shared with the forks stay shared
    Keeper(socket.socket(fileno=control_fd), place).serve()
