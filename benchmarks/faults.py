"""Whether a run on a cluster in which something breaks at a random moment ends with the undisturbed run's tables.

    python benchmarks/faults.py [--runs 35] [--seed 1] [--sandbox bubblewrap] [--only NAME]

A Ray cluster of three nodes on this machine: the driver's, and two with a generation worker and a judging worker each.
One run in one process, which nothing disturbs; then the same run on the cluster again and again, each time with one
fault. What is compared are the bytes of every Parquet file. Ends with an error unless all are equal, every run ended
by itself (where the driver was killed: its resumption), no file under a passing name lies in its directory, and no
worker or sandbox is left.
"""

import argparse
import random
import resource
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from machines import Machines, evalkit, kill, machines, on, sandboxes, shards, title, wait_for, workers

EXPERIMENT = """suite: starter
limit: 3
samples: 4
unit_size: 1
seed: 7
model: scripted
model_options: {delay: 0.3}
"""
UNITS = 12
PATIENCE = 8  # seconds before a unit goes to a second worker
LEFT_SECONDS = 30.0  # for killed workers to be gone


@dataclass
class Disturbed:
    """A run under way, and where it is to be hit."""

    machines: Machines
    process: "subprocess.Popen[str]"
    place: int  # the node
    chance: random.Random

    @property
    def node(self) -> Any:
        """The node that is hit."""
        return self.machines.nodes[self.place]


def kill_generator(run: Disturbed) -> None:
    """SIGKILL of a generation worker"""
    kill(signal.SIGKILL, workers(run.node, "ray::GenerationWorker"))


def kill_judge(run: Disturbed) -> None:
    """SIGKILL of a judging worker"""
    kill(signal.SIGKILL, workers(run.node, "ray::JudgingWorker"))


def kill_node(run: Disturbed) -> None:
    """SIGKILL of every process of a node"""
    run.machines.kill(run.place)


def kill_driver(run: Disturbed) -> None:
    """SIGKILL of the driver, then --resume"""
    run.process.kill()


def kill_sandbox(run: Disturbed) -> None:
    """SIGKILL of a node's sandbox, again and again for 3 seconds"""
    end = time.monotonic() + 3
    while time.monotonic() < end:
        kill(signal.SIGKILL, sandboxes(run.node))
        time.sleep(0.02)


def fill_disk(run: Disturbed) -> None:
    """a node's workers cannot write a byte more (RLIMIT_FSIZE)"""
    for pid in workers(run.node, "ray::GenerationWorker") + workers(run.node, "ray::JudgingWorker"):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, 0))


def stop_node(run: Disturbed) -> None:
    """a node's workers stand still (SIGSTOP) to the end of the run"""
    kill(signal.SIGSTOP, workers(run.node, "ray::GenerationWorker") + workers(run.node, "ray::JudgingWorker"))


FAULTS: Mapping[str, Callable[[Disturbed], None]] = {
    "worker": kill_generator,
    "judge": kill_judge,
    "node": kill_node,
    "driver": kill_driver,
    "sandbox": kill_sandbox,
    "disk": fill_disk,
    "slow": stop_node,
}


def undisturbed(experiment: Path, folder: Path, sandbox: str) -> dict[str, bytes]:
    """The tables of the run in one process."""
    process = evalkit("run", experiment, "--sandbox", sandbox, "--allow-unisolated", "--out", folder)
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    return shards(folder)


def disturbed(found: Machines, experiment: Path, folder: Path, fault: str, chance: random.Random, sandbox: str) -> str:
    """One run on the cluster, hit once at a random moment; what is wrong with it in the end, or nothing."""
    place = on(found, patience=PATIENCE)
    process = evalkit("run", experiment, "--sandbox", sandbox, "--allow-unisolated", "--out", folder, *place)
    after = chance.randrange(UNITS)
    begun = wait_for(lambda: process.poll() is not None or (folder.exists() and _units(folder) >= after), 300)
    if not begun or process.poll() is not None:
        return f"ended before the fault: {process.communicate()[1][-300:]}"
    time.sleep(chance.random())
    hit = Disturbed(found, process, chance.randrange(len(found.nodes)), chance)
    FAULTS[fault](hit)
    errors = process.communicate()[1]
    if process.returncode != 0:
        again = evalkit("run", "--resume", folder, *place)
        errors = again.communicate()[1]
        if again.returncode != 0 or fault != "driver":
            return f"exit codes {process.returncode} and {again.returncode}: {errors[-300:]}"
    return ""


def left_behind(found: Machines, folder: Path) -> str:
    """Passing names in the run directory, and processes that should have ended."""
    names = [path.name for path in folder.glob(".*.tmp")]
    if not wait_for(lambda: not found.left(), LEFT_SECONDS):
        names += [f"process {pid} ({title(pid)[:60]})" for pid in found.left()]
    return ", ".join(names)


def _units(folder: Path) -> int:
    return sum(1 for _ in folder.glob("samples-*.parquet"))


def main() -> None:
    """Print a table of the faults."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=35)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sandbox", default="bubblewrap")
    parser.add_argument("--only", choices=sorted(FAULTS))
    options = parser.parse_args()
    names = [options.only] if options.only else list(FAULTS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        experiment = folder / "experiment.yaml"
        experiment.write_text(EXPERIMENT)
        expected = undisturbed(experiment, folder / "undisturbed", options.sandbox)
        with machines(2) as found:
            rows = list(_rows(found, experiment, folder, names, options, expected))
        rows.append(("after the cluster was stopped", left_behind(found, folder)))
    bad = [row for row in rows if row[1]]
    for fault in names:
        runs = [row for row in rows if row[0] == fault]
        good = sum(not row[1] for row in runs)
        print(
            f"{(FAULTS[fault].__doc__ or '').strip():66} {len(runs):3} runs, {good:3} with equal tables, nothing left"
        )
    print(f"{len(rows) - 1} runs, seed {options.seed}, {options.sandbox}")
    if bad:
        raise SystemExit("\n".join(f"{fault}: {reason}" for fault, reason in bad))


def _rows(
    found: Machines,
    experiment: Path,
    folder: Path,
    names: list[str],
    options: argparse.Namespace,
    expected: dict[str, bytes],
) -> Any:
    for number in range(options.runs):
        fault = names[number % len(names)]
        chance = random.Random(f"{options.seed} {number}")
        out = folder / f"run-{number}"
        reason = disturbed(found, experiment, out, fault, chance, options.sandbox)
        if not reason and shards(out) != expected:
            reason = "other tables"
        reason = reason or left_behind(found, out)
        print(number, fault, reason or "ok", flush=True)
        while len(found.nodes) < 2:
            found.add()
        yield fault, reason


if __name__ == "__main__":
    main()
