"""limits: raises its own limits and makes itself the last one to be chosen when memory runs out."""

import resource
from pathlib import Path


def attack():
    gained = []
    for name in ("RLIMIT_CPU", "RLIMIT_CORE", "RLIMIT_FSIZE", "RLIMIT_NOFILE"):
        hard = resource.getrlimit(getattr(resource, name))[1]
        try:
            resource.setrlimit(getattr(resource, name), (hard + 1, hard + 1))
        except (OSError, ValueError):
            continue
        gained.append(name)
    try:
        Path("/proc/self/oom_score_adj").write_text("-1000")
        gained.append("oom_score_adj")
    except OSError:
        pass
    return ", ".join(gained)
