"""uid: is not root, and cannot become root or the judge again."""

import os


def attack():
    if os.getuid() == 0 or os.geteuid() == 0:
        return "runs as root"
    for uid in (0, os.getuid() + 1):
        try:
            os.setresuid(uid, uid, uid)
        except OSError:
            continue
        return f"became uid {uid}"
    return ""
