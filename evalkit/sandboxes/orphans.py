"""Containers of evalkit processes that are gone: found by label, removed when the next sandbox starts."""

import contextlib
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docker import DockerClient

LABEL = "evalkit.owner"


def owner_label() -> dict[str, str]:
    """Names the process that owns a container: host, PID and start time, since PIDs come again."""
    pid = os.getpid()
    return {LABEL: f"{socket.gethostname()}/{pid}/{_started(pid)}"}


def remove_orphans(client: "DockerClient") -> int:
    """Remove the containers whose owner was a process of this host that has ended; how many there were."""
    from docker.errors import DockerException

    removed = 0
    for container in client.containers.list(all=True, filters={"label": LABEL}, ignore_removed=True):
        if _is_orphan(container.labels.get(LABEL, "")):
            with contextlib.suppress(DockerException):  # another process may be removing it too
                container.remove(force=True)
                removed += 1
    return removed


def _is_orphan(owner: str) -> bool:
    host, _, rest = owner.partition("/")
    pid, _, started = rest.partition("/")
    return host == socket.gethostname() and pid.isdigit() and _started(int(pid)) != started


def _started(pid: int) -> str:
    """Start time of a process in clock ticks after boot; empty when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
