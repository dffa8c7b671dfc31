"""How far the engine for many machines scales: its own scheduling, with simulated workers and simulated time.

    python benchmarks/scale.py [--workers 10,100,500,2000] [--samples 1000000] [--unit-size 32] [--times FILE]

Every decision is made by evalkit.run.ray.dispatch and .stage, the code of a real run; Ray's place is taken by a clock
and a heap of calls under way. Half of the workers draw, half judge. A sample takes as long as one of a real run: the
quantiles in benchmarks/times.json, which benchmarks/times.py made; a unit takes the sum of its samples. Nothing is
said of networks, file systems or Ray itself. For each number of workers:

hours        simulated
efficiency   the work of the busier stage over the time of its workers
tail         share of the time after the first worker of that stage had nothing more to do
ms           of the driver's processor for a unit, measured, the simulation's own included
load         the driver's processor time over simulated time: near 1, the driver is what limits
"""

import argparse
import heapq
import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from evalkit.run.plan import unit_size
from evalkit.run.ray import dispatch, stage
from evalkit.run.ray.options import ClusterOptions
from evalkit.run.ray.results import Drawn, Judged
from evalkit.types import Status

TESTS = 5
TIMES = Path(__file__).with_name("times.json")
LOOK = ("model", "plain", None)


class Failure(Exception):
    """Raised by nobody here: simulated workers do not fail."""


@dataclass
class SimulatedRay:
    """What a stage asks of Ray, on a clock of its own."""

    now: float = 0.0
    calls: list[tuple[float, int, Any]] = field(default_factory=list)
    answers: dict[int, Any] = field(default_factory=dict)
    made: int = 0

    class exceptions:  # Ray's module of them
        """None of these is raised."""

        RayTaskError = RayError = ActorDiedError = Failure

    def call(self, seconds: float, answer: Any) -> int:
        """A call that is answered so many seconds from now; its reference."""
        self.made += 1
        heapq.heappush(self.calls, (self.now + seconds, self.made, answer))
        return self.made

    def wait(self, references: list[int], num_returns: int, timeout: float) -> tuple[list[int], list[int]]:
        """The next call that is answered, or nothing once the timeout is over."""
        if self.calls[0][0] > self.now + timeout:
            self.now += timeout
            return [], references
        self.now, reference, self.answers[reference] = heapq.heappop(self.calls)
        return [reference], []

    def get(self, reference: int) -> Any:
        """The answer."""
        return self.answers.pop(reference)


class Worker:
    """The handle of a worker that takes simulated time."""

    def __init__(self, ray: SimulatedRay, seconds: np.ndarray, answers: dict[str, Any]) -> None:
        self._ray, self._seconds, self._answers = ray, seconds, answers
        self.last = self.busy = 0.0
        self.draw = self.judge = SimpleNamespace(remote=self._work)

    def _work(self, unit: int, *_: object) -> int:
        seconds = float(self._seconds[unit])
        self.busy += seconds
        self.last = self._ray.now + seconds
        return self._ray.call(seconds, self._answers["whole"])


def main() -> None:
    """One line for each number of workers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", default="10,100,500,2000")
    parser.add_argument("--samples", type=int, default=1_000_000)
    parser.add_argument("--unit-size", type=int, help="the default is that of a run of so many samples")
    parser.add_argument("--times", type=Path, default=TIMES)
    given = parser.parse_args()
    size = given.unit_size or unit_size(given.samples)
    print(f"{given.samples:,} samples in units of {size}: {3 * -(-given.samples // size):,} files")
    print("workers    hours  efficiency   tail   ms of driver per unit   driver load")
    for workers in map(int, given.workers.split(",")):
        print(simulate(workers, given, size), flush=True)


def simulate(workers: int, given: argparse.Namespace, size: int) -> str:
    """A whole run, and the line that tells of it."""
    ray = SimulatedRay()
    stage.time = dispatch.time = SimpleNamespace(monotonic=lambda: ray.now)  # simulated time
    units = -(-given.samples // size)
    measured = json.loads(given.times.read_bytes())
    work = [_times(units, size, measured[kind]["quantiles"], seed) for seed, kind in enumerate(("draw", "judge"))]
    answers = (
        Drawn(tokens=(100,) * size, looks=(LOOK,) * size),
        Judged(statuses=((Status.PASSED,) * TESTS,) * size),
    )
    kinds = [[Worker(ray, w, {"whole": a}) for _ in range(workers // 2)] for w, a in zip(work, answers, strict=True)]
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        dispatch.Dispatch(_plan(units, size), _directory(folder), _fleet(ray, kinds), _Silent()).run()
    driver = time.process_time() - began
    busy = max(kinds, key=lambda each: sum(worker.busy for worker in each))
    efficiency = sum(worker.busy for worker in busy) / len(busy) / ray.now
    tail = 1 - min(worker.last for worker in busy) / ray.now
    return (
        f"{workers:7,}{ray.now / 3600:9.2f}{efficiency:12.1%}{tail:7.1%}"
        f"{1000 * driver / units:24.2f}{driver / ray.now:14.2%}"
    )


def _times(units: int, size: int, quantiles: list[float], seed: int) -> np.ndarray:
    random, shares = np.random.default_rng(seed), np.linspace(0, 1, len(quantiles))
    return np.array([np.interp(random.random(size), shares, quantiles).sum() for _ in range(units)])


def _plan(units: int, size: int) -> Any:
    return SimpleNamespace(units=[(SimpleNamespace(task_id="suite/task"),) * size] * units)


def _never(unit: int) -> bool:
    """Nothing is there yet."""
    return False


def _directory(folder: str) -> Any:
    return SimpleNamespace(path=Path(folder), has_samples=_never, has_verdicts=_never, has_begun=_never)


def _fleet(ray: SimulatedRay, kinds: list[list[Worker]]) -> Any:
    generators, judges = ([stage.Worker(each) for each in kind] for kind in kinds)
    told: Iterator[Any] = iter(())
    return SimpleNamespace(
        ray=ray, options=ClusterOptions(), generators=generators, judges=judges, models={}, sandbox="none",
        late={}, admit=lambda *_: told,
    )  # fmt: skip


class _Silent:
    def note(self, message: str) -> None:
        """Nothing is shown."""

    drawn = judged = note  # counted by whoever shows progress


if __name__ == "__main__":
    main()
