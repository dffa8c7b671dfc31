"""Processor time that something about a task took, in one small file of the cache folder each, for later runs."""

import json
from pathlib import Path

from evalkit.results.files import write_atomically


def read_seconds(path: Path) -> float | None:
    """Seconds; None where nobody kept any, or the file is damaged."""
    try:
        seconds = json.loads(path.read_bytes())["cpu_seconds"]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return float(seconds) if isinstance(seconds, int | float) and 0 < seconds < float("inf") else None


def keep_seconds(path: Path, task_id: str, seconds: float) -> None:
    """Keep them. A folder that cannot be written only costs time next time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps({"task": task_id, "cpu_seconds": seconds}).encode())
    except OSError:
        return
