"""The directory of one run: created once, written unit by unit, resumable after any kill.

manifest.json            everything needed to repeat the run
samples-00012.parquet    one row per sample of unit 12
tokens-00012.parquet     the tokens of the same samples
verdicts-00012.parquet   one row per test of the same samples
begun-samples-00013...   samples (and tokens) of a unit that others are lacking of, until they are drawn
sessions.jsonl           one line per process that worked on the run: what depends on time stays here
samples-00000-00255...   many units in one file: see evalkit.results.layout
progress.json            what whoever works on the run says of it: see evalkit.results.progress_file
limits.json              limits by task, as far as references were measured: see evalkit.run.timing
"""

import json
import weakref
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from evalkit.errors import RunDirectoryError
from evalkit.paths import AnyPath, RemotePath, as_path
from evalkit.results import records, shards
from evalkit.results.files import (
    TEMPORARY,
    FolderLock,
    append_line,
    explained,
    is_leftover,
    lock,
    remove_leftovers,
    rename,
    write_atomically,
)
from evalkit.results.layout import KINDS, Part, parts, parts_among
from evalkit.results.leases import Lease
from evalkit.results.manifest import NAME, read_manifest, write_manifest
from evalkit.results.reading import read_part
from evalkit.types import Sample, Status, Verdict

SESSIONS = "sessions.jsonl"
BEGUN = "begun-"


class RunDirectory:
    """A run that this process alone may write to. Use `create` or `open`; `close` lets others in.

    Units are numbered from 0; each holds `unit_size` consecutive samples of the run's plan. All methods
    raise RunDirectoryError with one clear line when the disk or the directory is at fault.
    """

    def __init__(self, path: AnyPath, manifest: dict[str, Any], held: FolderLock | Lease) -> None:
        self.path = path
        self.manifest = manifest
        self._release = weakref.finalize(self, held.release)
        self._require = held.require
        # One listing instead of a question for every unit: an object store is far away, and this process alone writes.
        listing: list[AnyPath] = list(path.iterdir())
        self._names = {each.name for each in listing} if isinstance(path, RemotePath) else None
        self._merged = {kind: _merged_units(listing, kind) for kind in KINDS}

    @classmethod
    def create(cls, path: AnyPath, manifest: Mapping[str, object]) -> Self:
        """A new run in a folder that does not exist or is empty. `manifest` must be plain JSON data."""
        path = as_path(path)
        with explained(path, "Choose another --out."):
            path.mkdir(parents=True, exist_ok=True)
            held = lock(path)
            try:
                _check_empty(path)
                write_manifest(path, manifest)
                return cls(path, read_manifest(path), held)
            except BaseException:  # the lock must not outlive a failed start, whatever failed
                held.release()
                raise

    @classmethod
    def open(cls, path: AnyPath) -> Self:
        """An existing run, to go on with; what a killed writer left behind is removed."""
        path = as_path(path)
        manifest = read_manifest(path)
        with explained(path, "A run can only be resumed where it can be written."):
            run = cls(path, manifest, lock(path))
            remove_leftovers(path)
        return run

    @property
    def unit_size(self) -> int:
        """Samples per unit; the last unit may hold fewer."""
        return int(self.manifest["unit_size"])

    def has_samples(self, unit: int) -> bool:
        """Whether the unit's samples are complete on disk."""
        return self.has("samples", unit) and self.has("tokens", unit)

    def has_verdicts(self, unit: int) -> bool:
        """Whether the unit is judged in full: its verdicts exist and none of them is unscored."""
        if unit in self._merged["verdicts"]:
            return True  # only such units are merged
        if not self._has("verdicts", unit):
            return False
        status = shards.read_shard(self._shard("verdicts", unit), shards.VERDICTS, ["status"])["status"]
        return Status.UNSCORED.value not in status.to_pylist()

    def write_samples(self, unit: int, samples: Sequence[Sample]) -> None:
        """Keep the unit's samples with their tokens, in the order of the plan."""
        self._write_samples("", unit, samples)
        self._drop_begun(unit)

    def write_begun(self, unit: int, samples: Sequence[Sample]) -> None:
        """Keep those samples of a unit that are drawn while others are lacking; replaces earlier ones."""
        self._write_samples(BEGUN, unit, samples)

    def read_samples(self, unit: int) -> tuple[Sample, ...]:
        """Exactly the samples that were written."""
        return self._read_samples("", unit)

    def read_begun(self, unit: int) -> tuple[Sample, ...]:
        """What `write_begun` kept of a unit; nothing once it is whole."""
        begun = self._has(f"{BEGUN}samples", unit) and not self.has_samples(unit)
        return self._read_samples(BEGUN, unit) if begun else ()

    def has_begun(self, unit: int) -> bool:
        """Whether `write_begun` kept samples of a unit."""
        return self._has(f"{BEGUN}samples", unit)

    def _write_samples(self, prefix: str, unit: int, samples: Sequence[Sample]) -> None:
        # Tokens first: the samples' shard is what says that the unit is there.
        self._write(f"{prefix}tokens", unit, shards.to_bytes(records.tokens_table(samples)))
        self._write(f"{prefix}samples", unit, shards.to_bytes(records.samples_table(samples)))

    def _read_samples(self, prefix: str, unit: int) -> tuple[Sample, ...]:
        merged = None if prefix else self._merged["samples"].get(unit)
        part = merged or Part(self._shard(f"{prefix}samples", unit), unit, unit)
        tables = read_part(part, shards.SAMPLES), read_part(part.of(f"{prefix}tokens"), shards.TOKENS)
        return records.samples_from_tables(*tables)

    def _drop_begun(self, unit: int) -> None:
        for kind in (f"{BEGUN}samples", f"{BEGUN}tokens"):
            if self._has(kind, unit):
                self._shard(kind, unit).unlink(missing_ok=True)
                if self._names is not None:
                    self._names.discard(self._shard(kind, unit).name)

    def write_verdicts(self, unit: int, verdicts: Sequence[Verdict]) -> None:
        """Keep the unit's verdicts, in the order of its samples; replaces earlier ones."""
        self._write("verdicts", unit, shards.to_bytes(records.verdicts_table(verdicts)))

    def commit(self, kind: str, unit: int, staged: str) -> None:
        """Give a unit's file of that kind, which a worker has put beside it, its name (see `staging`)."""
        with explained(self.path, self._resume_advice):
            self._require()
            path = rename(self.path / staged, self._shard(kind, unit).name)
        if self._names is not None:
            self._names.add(path.name)
        if kind == "samples":
            self._drop_begun(unit)

    def remove_staged(self) -> None:
        """Remove what workers wrote and nobody needed: copies of units that were done twice."""
        remove_leftovers(self.path)

    def append_session(self, session: Mapping[str, object]) -> None:
        """Note what one process did: started, ended, seconds, tokens, verdicts..."""
        with explained(self.path, self._resume_advice):
            append_line(self.path / SESSIONS, json.dumps(dict(session)))

    def close(self) -> None:
        """Let other processes write to the run. Needs no call when this process ends."""
        self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def _resume_advice(self) -> str:
        resume = f"evalkit run --resume {self.path}"
        return f"Nothing already computed is lost: mend that, then go on with '{resume}'."

    def parts(self, kind: str) -> list[Part]:
        """The files that hold a kind."""
        return parts(self.path, kind)

    def has(self, kind: str, unit: int) -> bool:
        """Whether a unit's file of that kind is there, by itself or merged."""
        return unit in self._merged[kind] or self._has(kind, unit)

    def _has(self, kind: str, unit: int) -> bool:
        path = self._shard(kind, unit)
        return path.exists() if self._names is None else path.name in self._names

    def _shard(self, kind: str, unit: int) -> AnyPath:
        return self.path / f"{kind}-{unit:05d}.parquet"

    def _write(self, kind: str, unit: int, data: bytes) -> None:
        with explained(self.path, self._resume_advice):
            self._require()
            write_atomically(path := self._shard(kind, unit), data)
        if self._names is not None:
            self._names.add(path.name)


def _merged_units(listing: Sequence[AnyPath], kind: str) -> dict[int, Part]:
    merged = (part for part in parts_among(listing, kind) if part.groups is not None)
    return {unit: part.unit(unit) for part in merged for unit in range(part.first, part.last + 1)}


def check_free(path: RemotePath) -> None:
    """Before anything is spent: the store is there, a run can be written there, and there is none yet.

    Raises RunDirectoryError.
    """
    with explained(path, "Choose another --out, or mend access to the store."):
        _check_empty(path)
        probe = path / f".probe{TEMPORARY}"
        probe.put(b"")
        probe.unlink(missing_ok=True)


def _check_empty(path: AnyPath) -> None:
    if all(is_leftover(entry) for entry in path.iterdir()):
        remove_leftovers(path)
        return
    resume = f"Continue it with 'evalkit run --resume {path}', or choose" if (path / NAME).exists() else "Choose"
    raise RunDirectoryError(f"{path} already exists and is not empty. {resume} another --out.")
