"""host files: looks for accounts, home folders, and the container engine's socket."""

import os
from pathlib import Path

PLACES = "/etc/shadow /var/run/docker.sock /run/docker.sock /run/podman/podman.sock /home /var/lib /boot /media /mnt".split()


def attack():
    found = [place for place in PLACES if os.path.exists(place)]
    accounts = [line.split(":")[0] for line in Path("/etc/passwd").read_text().splitlines()]
    return ", ".join(found + [name for name in accounts if name not in ("root", "candidate", "judge")])
