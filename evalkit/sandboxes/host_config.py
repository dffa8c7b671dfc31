"""A container's settings, for Docker and for Podman's Docker-compatible service.

tests/hostile has a program for each protection that fails without it.
"""

import json
from typing import TYPE_CHECKING, Any

from evalkit.errors import SandboxUnavailable
from evalkit.registry import data_folder
from evalkit.types import Limits

if TYPE_CHECKING:
    from docker import DockerClient

_MIB = 2**20
SCRATCH_BYTES = 64 * _MIB
_OWN_MEMORY = 384 * _MIB  # supervisor, keeper, judge and the values it compares, beside the candidate's own
_OWN_PROCESSES = 16
_EMPTY = "ro,size=4k"


def is_podman(client: "DockerClient") -> bool:
    """Whether the engine that answers is Podman."""
    return any("podman" in part["Name"].lower() for part in client.version().get("Components") or ())


def check_runtime(client: "DockerClient", runtime: str) -> None:
    """Raises SandboxUnavailable when the engine does not know a runtime of this name."""
    known = client.info().get("Runtimes") or {}
    if runtime not in known:
        raise SandboxUnavailable(
            f"The container engine has no runtime {runtime!r}; it knows {', '.join(sorted(known)) or 'none'}. "
            "Install it and name it in the engine's configuration, or leave out --runtime."
        )


def host_settings(limits: Limits, podman: bool, runtime: str | None = None) -> dict[str, Any]:
    """Arguments of `create_host_config`. Without a `runtime` the engine uses its default one."""
    memory = limits.memory_bytes + _OWN_MEMORY
    return {
        "auto_remove": True,
        "network_mode": "none",
        "read_only": True,
        "cap_drop": ["ALL"],
        "cap_add": ["SETUID", "SETGID", "KILL"],  # to give candidates their uid, and to end them
        "ipc_mode": "none",
        "pids_limit": limits.processes + _OWN_PROCESSES,
        "mem_limit": memory,
        "memswap_limit": memory,  # the same: no swap
        # Two processors: judge and candidate take turns, and a quota of one makes the kernel hold them back at every
        # turn (four times slower verdicts were measured). The time budget is what limits a solution.
        "cpu_period": 100_000,
        "cpu_quota": 200_000,
        "log_config": {"Type": "none", "Config": {}},
        "runtime": runtime,
        **(_of_podman() if podman else _of_docker()),
    }


def _of_docker() -> dict[str, Any]:
    profile = (data_folder("sandbox") / "seccomp.json").read_text()
    return {
        "security_opt": ["no-new-privileges", f"seccomp={json.dumps(json.loads(profile))}"],
        "tmpfs": {
            "/tmp": f"size={SCRATCH_BYTES},mode=1777,nr_inodes=10000,nosuid,nodev,noexec",
            "/dev/mqueue": f"{_EMPTY},nr_inodes=1",  # in place of the engine's own, which anyone may write to
        },
    }


def _of_podman() -> dict[str, Any]:
    """Podman takes the profile as a path, knows no inode limit, and gives a read-only container places to write to.

    Its own resource limits are above those of many hosts, where runc could not set them.
    """
    from docker.types import Ulimit

    profile = data_folder("sandbox") / "seccomp.json"
    writable = ("/dev/mqueue", "/dev/shm", "/run", "/var/tmp")
    return {
        "security_opt": ["no-new-privileges", f"seccomp={profile}"],
        "tmpfs": {"/tmp": f"size={SCRATCH_BYTES},mode=1777,nosuid,nodev,noexec", **dict.fromkeys(writable, _EMPTY)},
        "ulimits": [Ulimit(name="nofile", soft=1024, hard=1024), Ulimit(name="nproc", soft=32768, hard=32768)],
    }
