"""read-only root: writes wherever the file system might let it, outside its scratch place."""

import os


def attack():
    written = []
    for folder, _, _ in os.walk("/"):
        if folder.startswith(("/proc", "/sys", "/tmp")):
            continue
        try:
            with open(os.path.join(folder, "planted.py"), "w") as file:
                file.write("raise SystemExit")
        except OSError:
            continue
        written.append(folder)
    return ", ".join(written)
