"""Files of a run that other processes than its own write: under a passing name, until the run commits it.

A worker may be killed at any moment, and a unit may be given to two of them. So each copy gets a name of its own, which
counts as a leftover; `RunDirectory.commit` gives one of them the unit's name, and that copy counts.
"""

import os
from collections.abc import Sequence
from uuid import uuid4

from evalkit.paths import AnyPath, RemotePath
from evalkit.results import records, shards
from evalkit.results.files import TEMPORARY
from evalkit.results.layout import Part
from evalkit.results.reading import read_part
from evalkit.results.run_directory import BEGUN
from evalkit.types import Sample, Verdict


class Staging:
    """The folder of a run as a worker sees it. Methods raise OSError, or RunDirectoryError for a broken shard."""

    def __init__(self, path: AnyPath) -> None:
        self.path = path

    def write_samples(self, unit: int, samples: Sequence[Sample], begun: bool = False) -> dict[str, str]:
        """Kind -> the passing name of its file, in the order in which they are to be committed.

        `begun`: others of the unit are lacking (see RunDirectory.write_begun).
        """
        tables = {"tokens": records.tokens_table(samples), "samples": records.samples_table(samples)}
        prefix = BEGUN if begun else ""
        return {f"{prefix}{kind}": self.write(kind, unit, shards.to_bytes(table)) for kind, table in tables.items()}

    def write_verdicts(self, unit: int, verdicts: Sequence[Verdict]) -> dict[str, str]:
        """The same for a unit's verdicts."""
        return {"verdicts": self.write("verdicts", unit, shards.to_bytes(records.verdicts_table(verdicts)))}

    def read_samples(self, unit: int, begun: bool = False) -> tuple[Sample, ...]:
        """The samples of a unit that is committed, or those that are there of one that was `begun`."""
        prefix = BEGUN if begun else ""
        part = Part(self.path / f"{prefix}samples-{unit:05d}.parquet", unit, unit)
        tables = read_part(part, shards.SAMPLES), read_part(part.of(f"{prefix}tokens"), shards.TOKENS)
        return records.samples_from_tables(*tables)

    def write(self, kind: str, unit: int, data: bytes) -> str:
        """Put a file into the folder; its passing name."""
        path = self.path / f".{kind}-{unit:05d}.parquet.{uuid4().hex[:16]}{TEMPORARY}"
        if isinstance(path, RemotePath):
            path.put(data)
            return path.name
        try:
            with path.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return path.name
