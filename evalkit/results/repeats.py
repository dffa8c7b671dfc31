"""Further verdicts of identical code, beside those that count, and the tests that are quarantined for them.

repeats-00012.parquet: one row per sample of unit 12, repetition (from 1) and test. flaky.json: how often the references
were executed, and how many of these times each test that is not reliable failed.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from evalkit.errors import RunDirectoryError
from evalkit.results import records, shards
from evalkit.results.files import explained, write_atomically
from evalkit.results.run_directory import RunDirectory
from evalkit.results.runs import Run
from evalkit.types import SampleKey, Status

FLAKY = "flaky.json"
_KEY = [shards.VERDICTS.field(name) for name in shards.KEY_COLUMNS]
REPEATS = pa.schema([*_KEY, ("repetition", pa.int32()), ("test", pa.string()), ("status", pa.string())])
QUARANTINED = pa.schema(
    [("task_id", pa.string()), ("test", pa.string()), ("failed", pa.int64()), ("executions", pa.int64())]
)


def has_repeats(directory: RunDirectory, unit: int) -> bool:
    """Whether a unit was executed again."""
    return directory.has("repeats", unit)


def write_repeats(directory: RunDirectory, unit: int, rows: Iterable[tuple[SampleKey, int, str, Status]]) -> None:
    """Keep the further verdicts of a unit. Raises RunDirectoryError."""
    with explained(directory.path, "Mend that, then resume the run."):
        write_atomically(directory.path / f"repeats-{unit:05d}.parquet", repeats_bytes(rows))


def repeats_bytes(rows: Iterable[tuple[SampleKey, int, str, Status]]) -> bytes:
    """The file of a unit's further verdicts."""
    further = [
        {**records.key_row(key), "repetition": repetition, "test": test, "status": status.value}
        for key, repetition, test, status in rows
    ]
    return shards.to_bytes(pa.Table.from_pylist(further, REPEATS))


def write_flaky(directory: RunDirectory, executions: int, failed: Mapping[tuple[str, str], int]) -> None:
    """Keep which tests the references failed, of so many executions. Raises RunDirectoryError."""
    tests = [{"task_id": task_id, "test": test, "failed": count} for (task_id, test), count in sorted(failed.items())]
    with explained(directory.path, "Mend that, then resume the run."):
        text = json.dumps({"executions": executions, "tests": tests}, indent=1)
        write_atomically(directory.path / FLAKY, text.encode())


def quarantined(run: Run) -> list[dict[str, Any]]:
    """The rows of QUARANTINED for one run; none where nothing was executed again."""
    path = run.path / FLAKY
    if not path.exists():
        return []
    try:
        found = json.loads(path.read_bytes())
        return [{**each, "executions": found["executions"]} for each in found["tests"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunDirectoryError(f"{path} cannot be read: {error}. Delete it and resume the run.") from error
