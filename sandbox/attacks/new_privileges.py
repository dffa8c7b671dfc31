"""no-new-privileges: the kernel refuses to raise privileges when a program is executed."""

from pathlib import Path


def attack():
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return "" if status["NoNewPrivs"].strip() == "1" else "setuid programs would work"
