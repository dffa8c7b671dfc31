"""How far a run is, from its directory alone: what its shards say, and what its workers said last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow.compute as pc

from evalkit.errors import RunDirectoryError
from evalkit.paths import AnyPath
from evalkit.results import shards
from evalkit.results.layout import units_of
from evalkit.results.manifest import read_manifest
from evalkit.results.progress_file import SILENT, read_progress
from evalkit.results.reading import read_each
from evalkit.types import Status


@dataclass(frozen=True, slots=True)
class RunStatus:
    """state: complete, running, or stopped. samples: of the plan. drawn, judged: samples of whole units in the
    directory, so a few less than what is done. unscored: verdicts that are to be given again, counted once all is
    judged. rate: samples judged per second in this session; seconds_left at that rate; both None where nobody works.
    """

    state: str
    samples: int
    drawn: int
    judged: int
    unscored: int
    rate: float | None
    seconds_left: float | None
    worker: Mapping[str, Any]

    @property
    def complete(self) -> bool:
        """Whether every sample is drawn and judged."""
        return self.state == "complete"


def run_status(run: AnyPath, now: datetime | None = None) -> RunStatus:
    """Raises RunDirectoryError where there is no run."""
    manifest, worker = read_manifest(run), read_progress(run)
    samples = _planned(run, manifest)
    size = int(manifest["unit_size"])
    drawn, judged = (_samples(run, kind, samples, size) for kind in ("samples", "verdicts"))
    unscored = _unscored(run) if judged == samples else 0
    state = "stopped"
    if judged == samples and not unscored:
        state = "complete"
    elif _works(worker, now or datetime.now(UTC)):
        state = "running"
    rate = _rate(worker) if state == "running" else None
    left = (samples - judged) / rate if rate else None
    return RunStatus(state, samples, drawn, judged, unscored, rate, left, worker)


def _planned(run: AnyPath, manifest: Mapping[str, Any]) -> int:
    planned = manifest.get("plan", {}).get("samples")
    if not isinstance(planned, int):
        raise RunDirectoryError(f"{run} does not say how many samples it is to have; its state cannot be told.")
    return planned


def _samples(run: AnyPath, kind: str, planned: int, size: int) -> int:
    """Units are whole; the last one of the plan may be smaller."""
    return sum(min(size, planned - unit * size) for unit in units_of(run, kind))


def _unscored(run: AnyPath) -> int:
    tables = read_each(run, "verdicts", shards.VERDICTS, ["status"])
    return sum(pc.sum(pc.equal(table["status"], Status.UNSCORED.value)).as_py() or 0 for table in tables)


def _works(worker: Mapping[str, Any], now: datetime) -> bool:
    if worker.get("ended", True):
        return False
    return (now - datetime.fromisoformat(worker["updated"])).total_seconds() <= SILENT


def _rate(worker: Mapping[str, Any]) -> float | None:
    seconds = float(worker.get("seconds", 0.0))
    return float(worker.get("judged", 0)) / seconds or None if seconds > 0 else None
