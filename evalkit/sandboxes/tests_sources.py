"""Tests cross to a sandbox once; later jobs name them by a key. What differential tests learned is kept on disk.

Comparing with a reference on thousands of inputs needs the reference's outputs, or rather digests of them. A sandbox
learns them when it meets such tests for the first time; from then on they are sent along with the tests.
"""

import hashlib
import json
import os
import tempfile
from collections import OrderedDict
from pathlib import Path

from evalkit.cache import cache_folder

_FORMAT = 1  # of what is learned; part of every file's name
_MAX_CHARACTERS = 16_000_000  # of tests that one sandbox holds: its forks get slower as it grows
_MAX_TESTS = 1_000


class TestsSources:
    """What one sandbox holds, least recently used first."""

    __test__ = False  # the name is the domain's; pytest must not collect it

    def __init__(self, runtime: str) -> None:
        """`runtime` names the sandbox's interpreter: outputs of a reference may depend on it."""
        self._runtime = runtime
        self._keys: OrderedDict[str, str] = OrderedDict()  # by source

    def message(self, source: str) -> dict[str, object]:
        """What a job says of its tests; see Store.take in sandbox/runner/prepared.py."""
        key = self._keys.get(source)
        if key is not None:
            self._keys.move_to_end(source)
            return {"key": key, "forget": []}
        key = self._keys[source] = self._key(source)
        return {"key": key, "forget": self._forget(), "source": source, "learned": _read(_file(key))}

    def keep(self, source: str, learned: object) -> None:
        """Keep on disk what the sandbox has learned; a folder that cannot be written only costs time next time."""
        if _is_learned(learned):
            _write(_file(self._key(source)), json.dumps(learned))

    def _key(self, source: str) -> str:
        parts = json.dumps([_FORMAT, self._runtime, source])
        return hashlib.blake2b(parts.encode(), digest_size=20).hexdigest()

    def _forget(self) -> list[str]:
        forgotten = []
        while len(self._keys) > 1 and (len(self._keys) > _MAX_TESTS or sum(map(len, self._keys)) > _MAX_CHARACTERS):
            forgotten.append(self._keys.popitem(last=False)[1])
        return forgotten


def _file(key: str) -> Path:
    return cache_folder("expected", f"{key}.json")


def _read(path: Path) -> object:
    try:
        learned = json.loads(path.read_bytes())
    except (OSError, ValueError):  # not there, or damaged: learned anew
        return None
    return learned if _is_learned(learned) else None


def _is_learned(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for pair in value.items() for text in pair)


def _write(path: Path, text: str) -> None:
    """Whole or not at all: another process may read it at this moment."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fd, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(fd, "w") as file:
            file.write(text)
        Path(temporary).replace(path)
    except OSError:
        return
