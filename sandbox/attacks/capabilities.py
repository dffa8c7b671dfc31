"""capabilities: holds none, and could gain none by executing a program."""

from pathlib import Path


def attack():
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    held = [name for name in ("CapInh", "CapPrm", "CapEff", "CapAmb") if int(status[name], 16)]
    return ", ".join(held)
