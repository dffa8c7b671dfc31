"""A small disk of its own (ext4 in a file) that can be full for some processes and not for others. Linux, root.

ext4 keeps a reserve for one group. When everything else is full, processes of that group write on, and all others get
ENOSPC: one node of several whose disk is full, with a run directory that all of them share.
"""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MEGABYTES = 64
GROUP = 61184  # for which the reserve is kept: a number that no group of a system has
NODE_SCRATCH = "scratch"
PR_CAPBSET_DROP, CAP_SYS_RESOURCE = 24, 24  # linux/prctl.h, linux/capability.h


@dataclass(frozen=True)
class SmallDisk:
    """`path`: where it is mounted."""

    path: Path

    @property
    def scratch(self) -> Path:
        """A folder on it for what a node writes beside results."""
        return self.path / NODE_SCRATCH

    def fill(self, reserve: bool) -> None:
        """Write until there is no space: for processes outside the group, or with its `reserve` for all."""
        self._fill("filler", [])
        if reserve:
            self._fill("reserve", [GROUP])

    def free(self) -> None:
        """Make room again."""
        for name in ("filler", "reserve"):
            (self.path / name).unlink(missing_ok=True)

    def _fill(self, name: str, groups: list[int]) -> None:
        for size in ("64k", "1k"):  # in large pieces, then what is left
            command = [
                "dd",
                "if=/dev/zero",
                f"of={self.path / name}",
                f"bs={size}",
                "conv=fsync,notrunc",
                "oflag=append",
            ]
            ended = subprocess.run(command, extra_groups=groups, stderr=subprocess.PIPE, text=True, check=False)
            assert "No space left on device" in ended.stderr, ended.stderr


def missing() -> str | None:
    """Why there can be no such disk here."""
    if os.geteuid() != 0:
        return "a small disk of its own needs root"
    if not shutil.which("mkfs.ext4") or not Path("/dev/loop-control").exists():
        return "a small disk of its own needs mkfs.ext4 and loop devices"
    return None


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """Make and mount one below `folder`; this process and those that it starts are of the group meanwhile."""
    image, path = folder / "disk.ext4", folder / "disk"
    path.mkdir()
    with image.open("wb") as file:
        file.truncate(MEGABYTES * 2**20)
    _call("mkfs.ext4", "-q", "-m", "50", image)
    _call("mount", "-o", f"loop,resuid=65534,resgid={GROUP}", image, path)
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_SYS_RESOURCE, 0, 0, 0)  # which opens the reserve to whoever has it
    former = os.getgroups()
    os.setgroups([*former, GROUP])
    try:
        disk = SmallDisk(path)
        disk.scratch.mkdir()
        yield disk
    finally:
        os.setgroups(former)
        _call("umount", "--lazy", path)  # what was killed may take a moment to let go of it
        image.unlink()


@contextmanager
def outside_the_group() -> Iterator[None]:
    """Processes that are started meanwhile cannot use the reserve."""
    former = os.getgroups()
    os.setgroups([each for each in former if each != GROUP])
    try:
        yield
    finally:
        os.setgroups(former)


def _call(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True)
