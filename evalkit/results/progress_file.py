"""progress.json: what whoever works on a run says of it every few seconds, for `evalkit status` on any machine.

{"engine": "local" or "ray", "host", "pid", "started" and "updated" (ISO, UTC), "ended": bool,
 "seconds", "drawn", "judged", "tokens": of this session,
 "to_draw", "to_judge": what the session found missing when it began,
 "messages": [{"time", "message"}, ...]: what the run told, such as a node that failed; the last MESSAGES of them}

It is replaced as a whole. What counts is in the shards: this file may be lost.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from evalkit.errors import RunDirectoryError
from evalkit.paths import AnyPath
from evalkit.results.files import write_atomically

NAME = "progress.json"
EVERY = 10.0  # seconds
SILENT = 60.0  # seconds without news, after which nobody is held to work on the run
MESSAGES = 50


def write_progress(run: AnyPath, record: Mapping[str, object]) -> None:
    """Replace the file. A store that refuses says so where results are written: here it is passed over."""
    with suppress(OSError, RunDirectoryError):
        write_atomically(run / NAME, json.dumps(dict(record)).encode())


def read_progress(run: AnyPath) -> dict[str, Any]:
    """What was said last; empty where nothing was, or nothing that can be read."""
    try:
        found = json.loads((run / NAME).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
