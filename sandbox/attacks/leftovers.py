"""leftovers: leaves files, locked folders and a process of its own session behind for the next sample."""

import os
import time


def attack():
    os.makedirs("locked/inner", exist_ok=True)
    for path in ("locked/inner/file", "sitecustomize.py", "conftest.py"):
        with open(path, "w") as file:
            file.write("raise SystemExit")
    os.chmod("locked/inner", 0)
    os.chmod("locked", 0)
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(3600)
        os._exit(0)
    return ""
