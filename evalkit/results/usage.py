"""What the servers of models counted over all sessions of a run."""

import json
from collections import Counter

from evalkit.paths import AnyPath
from evalkit.results.run_directory import SESSIONS


def usage_of(path: AnyPath) -> dict[str, Counter[str]]:
    """By model: requests, prompt_tokens, completion_tokens, uncounted (answers without counts), cost (with prices).

    Empty for models that draw here. A session that was killed has left no record.
    """
    found: dict[str, Counter[str]] = {}
    for session in _sessions(path / SESSIONS):
        for label, counts in session.get("usage", {}).items():
            found.setdefault(label, Counter()).update(counts)
    return found


def _sessions(path: AnyPath) -> list[dict[str, dict[str, dict[str, int]]]]:
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [session for session in map(_parsed, lines) if isinstance(session, dict)]


def _parsed(line: str) -> object:
    try:
        return json.loads(line)
    except ValueError:  # the last line of a process that was killed
        return None
