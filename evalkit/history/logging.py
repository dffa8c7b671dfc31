"""Runs handed to loggers: short names, entry points of the group `evalkit.loggers`, or 'package.module:Attr'."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from evalkit.gate.baseline import Baseline
from evalkit.history.found import Recorded
from evalkit.history.trend import trends
from evalkit.registry import resolve


@dataclass(frozen=True, slots=True)
class Entry:
    """What a logger is given of one run, suite, model and prompt style. `id` is the same whenever it is logged again.

    `metrics`: name -> value, with `NAME.low` and `NAME.high` for the bounds of its interval.
    """

    id: str
    name: str
    suite: str
    created: str
    parameters: Mapping[str, str]
    metrics: Mapping[str, float]


class Logger(Protocol):
    """Made with the target that was given after '=', or None."""

    def log(self, entry: Entry) -> bool:
        """Keep an entry; False when it was there already."""


def log_runs(given: str, runs: Sequence[Recorded], metrics: Sequence[str]) -> str:
    """Hand every run to the logger NAME or NAME=TARGET; returns what was done in a line. Raises UnknownName."""
    name, _, target = given.partition("=")
    logger: Logger = resolve("logger", name)(target or None)
    logged = [logger.log(entry) for entry in entries(runs, metrics)]
    return f"{name}: {sum(logged)} logged, {len(logged) - sum(logged)} there already."


def entries(runs: Sequence[Recorded], metrics: Sequence[str]) -> list[Entry]:
    """One for each run, model and prompt style, the oldest run first."""
    by_name = {run.name: run for run in runs}
    found: dict[tuple[str, str, str, str], dict[str, float]] = {}
    for series in trends(runs, metrics):
        for point in series.points:
            values = {"": point.estimate, ".low": point.low, ".high": point.high}
            kept = {f"{series.metric}{end}": value for end, value in values.items() if not math.isnan(value)}
            found.setdefault((point.run, series.suite, series.model, series.prompt), {}).update(kept)
    made = [_entry(by_name[key[0]], *key[1:], values) for key, values in found.items()]
    return sorted(made, key=lambda each: (each.created, each.id))


def _entry(run: Recorded, suite: str, model: str, prompt: str, metrics: Mapping[str, float]) -> Entry:
    identity = f"{run.created} {run.name} {run.counts.suite.hash[:12]} {model} {prompt}"
    parameters = {"model": model, "prompt": prompt, "suite": suite, "suite_hash": run.counts.suite.hash}
    return Entry(identity, run.name, suite, run.created, parameters | _settings(run.counts), metrics)


def _settings(counts: Baseline) -> dict[str, str]:
    return {key.partition(": ")[2]: str(value) for key, value in counts.settings.items()}
