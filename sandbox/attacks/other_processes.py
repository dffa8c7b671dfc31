"""other processes: reads memory, environment, descriptors and code of every process it can see."""

import os


def attack():
    gained = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        if int(pid) == os.getpid():
            continue
        for part in ("mem", "environ", "maps"):
            try:
                with open(f"/proc/{pid}/{part}", "rb") as file:
                    file.read(1)
            except OSError:
                continue
            gained.append(f"{part} of process {pid}")
        try:
            gained += [f"descriptor {fd} of process {pid}" for fd in os.listdir(f"/proc/{pid}/fd")]
        except OSError:
            continue
    return ", ".join(gained)
