"""The index of a large run and its page, kept in the cache folder: `evalkit view` then reads neither verdicts nor
tokens when it starts.

One file for the runs that are looked at together, named by their places. It says of which files it was made, by their
names, sizes and times, and by which evalkit: after any change it is made anew.
"""

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from evalkit import __version__
from evalkit.cache import cache_folder
from evalkit.paths import AnyPath, RemotePath
from evalkit.registry import data_folder
from evalkit.reports.explorer.index import SampleIndex
from evalkit.results.codes import Codes
from evalkit.results.files import write_atomically
from evalkit.results.layout import holds_results
from evalkit.results.lookup import SampleLookup
from evalkit.results.manifest import NAME as MANIFEST
from evalkit.results.repeats import FLAKY, QUARANTINED
from evalkit.results.run_directory import SESSIONS
from evalkit.results.runs import Run

FROM = 10_000  # samples: smaller runs are read as quickly
_COLUMNS = ("task", "cell", "index", "state", "score", "broke", "broken")
_TEXTS = ("tasks", "titles", "cells", "requirements")


@dataclass(frozen=True, eq=False)
class Kept:
    """What a viewer needs: the samples, where they lie, and the page."""

    index: SampleIndex
    lookup: SampleLookup
    page: bytes


class Keeper:
    """Keeps what belongs to the state that some runs had when this was made. A cache that cannot be read or written is
    as good as none."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._folders = [run.path for run in runs]
        places = "\n".join(str(folder.resolve()) for folder in self._folders)
        self.path = cache_folder("view", f"{_digest(places)[:24]}.npz")
        self._state = _digest("\n".join(_state(self._folders)))

    def read(self) -> Kept | None:
        """What was kept; None where the runs are others by now, or nothing was."""
        try:
            with self.path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                head = json.loads(file["head"].tobytes())
                return self._kept(head, file) if head["state"] == self._state else None
        except (OSError, ValueError, KeyError, BadZipFile):
            return None

    def keep(self, kept: Kept) -> None:
        """Keep it for the next one, who finds this state again."""
        index, lookup = kept.index, kept.lookup
        head = {"state": self._state, "unreliable": lookup.unreliable.to_pylist()}
        head |= {name: getattr(index, name) for name in _TEXTS}
        arrays = {name: _small(getattr(index, name)) for name in _COLUMNS}
        arrays |= {f"order {name}": _small(order) for name, order in index.orders.items()}
        arrays |= {f"group {name}": marks for name, marks in index.groups.items()}
        file = io.BytesIO()
        arrays |= {
            "head": _bytes(json.dumps(head).encode()),
            "page": _bytes(kept.page),
            "sizes": np.array(lookup.sizes),
        }
        np.savez(file, allow_pickle=False, **arrays)
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path, file.getvalue())

    def _kept(self, head: dict[str, Any], file: Any) -> Kept:
        orders, groups = (_named(file, kind) for kind in ("order", "group"))
        parts: dict[str, Any] = {name: _wide(file[name]) for name in _COLUMNS}
        index = SampleIndex(orders=orders, groups=groups, **parts, **{name: head[name] for name in _TEXTS})
        unreliable = pa.Table.from_pylist(head["unreliable"], QUARANTINED)
        lookup = SampleLookup(self._folders, Codes(index.task, index.tasks), unreliable, file["sizes"].tolist())
        return Kept(index, lookup, file["page"].tobytes())


def _named(file: Any, kind: str) -> dict[str, NDArray[Any]]:
    """The arrays of a kind, by their names."""
    return {name.partition(" ")[2]: _wide(file[name]) for name in file.files if name.startswith(f"{kind} ")}


def pays(index: SampleIndex) -> bool:
    """Whether a run is so large that its index should be kept."""
    return len(index) >= FROM


def _small(numbers: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers in as few bytes as they need."""
    if numbers.dtype.kind not in "iu" or not len(numbers):
        return numbers
    return numbers.astype(np.result_type(np.min_scalar_type(numbers.min()), np.min_scalar_type(numbers.max())))


def _wide(numbers: NDArray[Any]) -> NDArray[Any]:
    return numbers.astype(np.int64) if numbers.dtype.kind in "iu" else numbers


def _bytes(data: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(data, dtype=np.uint8)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _state(folders: Sequence[AnyPath]) -> Iterator[str]:
    """A line for each file that what is kept depends on."""
    yield f"evalkit {__version__}"
    package = Path(__file__).parents[2]
    sources = (each for part in ("results", "statistics", "reports") for each in (package / part).rglob("*.py"))
    for source in sorted([*sources, *data_folder("reports").rglob("*.*")]):
        yield _line(source)
    for folder in folders:
        listing: list[AnyPath] = list(folder.iterdir())
        for path in sorted(listing, key=lambda each: each.name):
            if path.name in (MANIFEST, SESSIONS, FLAKY) or holds_results(path):
                yield _line(path)


def _line(path: AnyPath) -> str:
    if isinstance(path, RemotePath):
        return f"{path.url} {path.size}"
    found = path.stat()
    return f"{path} {found.st_size} {found.st_mtime_ns}"
