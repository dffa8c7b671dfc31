"""How long samples took to draw and to judge in a run, as quantiles: what benchmarks/scale.py simulates with.

    python benchmarks/times.py RUN [--judged 400] > benchmarks/times.json

draw    tokens of each sample, times the seconds that the run's sessions took for a token
judge   processor seconds of a warm bubblewrap sandbox for so many of the run's solutions, picked at random, one after
        another, in ticks of the system (10 ms as a rule); every process of the sandbox counts
"""

import argparse
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from machines import descendants

from evalkit.experiment import Experiment
from evalkit.results import RunDirectory, load
from evalkit.run.manifest import experiment_of
from evalkit.run.plan import Plan, plan
from evalkit.run.timing import Calibrations
from evalkit.run.trials import Trials
from evalkit.sandboxes import open_sandbox
from evalkit.scoring import score
from evalkit.suites import load_suite
from evalkit.types import Sample

QUANTILES = np.linspace(0, 1, 201)
TICK = os.sysconf("SC_CLK_TCK")


def drawing(run: Path) -> np.ndarray:
    """Seconds for each sample."""
    tokens = load(run).samples["completion_tokens"].to_numpy(dtype=float)
    sessions = [json.loads(line) for line in (run / "sessions.jsonl").read_text().splitlines()]
    each = sum(session["seconds"] for session in sessions) / sum(session["tokens"] for session in sessions)
    return tokens * each


def judging(run: Path, count: int) -> np.ndarray:
    """Processor seconds for each of so many samples."""
    with RunDirectory.open(run) as directory:
        the_plan = _plan(experiment_of(directory.manifest, run))
        samples = [sample for unit in range(len(the_plan.units)) for sample in directory.read_samples(unit)]
    return np.array(list(_judged(the_plan, random.Random(0).sample(samples, count))))


def _plan(experiment: Experiment) -> Plan:
    return plan(experiment, load_suite(experiment.suite))


def _judged(the_plan: Plan, samples: list[Sample]) -> Iterator[float]:
    sandbox = open_sandbox("bubblewrap")
    trials = Trials(sandbox, Calibrations())
    try:
        for sample in samples:
            task = the_plan.question(sample.key).task
            judge = trials.of(task)
            before = _used()
            score(sample, task, judge)
            yield _used() - before
    finally:
        sandbox.close()


def _used() -> float:
    """Processor seconds of this process and of what runs below it, with children that have ended."""
    return sum(os.times()[:4]) + sum(map(_seconds, descendants(os.getpid())))


def _seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICK  # utime, stime, cutime, cstime


def main() -> None:
    """Print the quantiles as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--judged", type=int, default=400)
    options = parser.parse_args()
    found: dict[str, Any] = {}
    for name, seconds in (("draw", drawing(options.run)), ("judge", judging(options.run, options.judged))):
        found[name] = {
            "samples": len(seconds),
            "mean": round(float(seconds.mean()), 4),
            "quantiles": [round(float(each), 4) for each in np.quantile(seconds, QUANTILES)],
        }
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
