"""Whether a run on a cluster in which something breaks at a random moment ends with the undisturbed run's tables.

    python benchmarks/faults.py [--runs 36] [--seed 1] [--sandbox bubblewrap] [--only NAME,NAME]

A Ray cluster of three nodes on this machine: the driver's, and two with a generation worker and a judging worker each.
One run in one process, which nothing disturbs; then the same run on the cluster again and again, each time with one
fault (benchmarks/breaking.py). What is compared are the bytes of every Parquet file. Ends with an error unless all are
equal, every run ended by itself or, where the fault must end it, with the exit code that it should have and with whole
tables when it was resumed, no file under a passing name lies in its directory, and no worker, sandbox or container is
left. Engines and disks that break are the benchmark's own: they need root, dockerd, and loop devices; where these are
lacking, their faults are left out and the table says so.
"""

import argparse
import random
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from breaking import FAULTS, NODES, Disturbed, Ground, ground
from engines import Engine
from machines import evalkit, on, shards, title, wait_for

EXPERIMENT = """suite: starter
limit: 3
samples: 8
unit_size: 1
seed: 7
model: scripted
model_options: {delay: 0.5}
"""
LAST_UNIT = 12  # of 24: a fault must be felt, so it comes while there is still enough to do
PATIENCE = 8  # seconds before a unit goes to a second worker
BEGIN_SECONDS = 1200.0  # for a run to draw its first units, on a machine that does much else
LEFT_SECONDS = 60.0  # for killed workers to be gone
UNFELT = "not felt: the run did not say what the fault makes it say, for nothing was needed of what it hit any more"
TOLD = 300  # letters of what a run that should not have ended said last


def undisturbed(experiment: Path, folder: Path, sandbox: str) -> dict[str, bytes]:
    """The tables of the run in one process."""
    at_once = ("--model-option", "delay=0")
    process = evalkit("run", experiment, "--sandbox", sandbox, "--allow-unisolated", "--out", folder, *at_once)
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    return shards(folder)


def disturbed(found: Ground, experiment: Path, folder: Path, name: str, chance: random.Random, sandbox: str) -> str:
    """One run, hit once at a random moment; what is wrong with how it ended, or nothing."""
    fault = FAULTS[name]
    place = on(found.machines, patience=PATIENCE) if fault.address else ("--engine", "ray")
    judged = ("--sandbox", fault.sandbox or sandbox, "--allow-unisolated")
    process = evalkit("run", experiment, *judged, "--out", folder, *place)
    after = 1 + chance.randrange(LAST_UNIT)  # before the first one a run has spent nothing and is refused
    begun = wait_for(lambda: process.poll() is not None or (folder.exists() and _units(folder) >= after), BEGIN_SECONDS)
    if not begun or process.poll() is not None:
        return f"ended before the fault: {process.communicate()[1][-TOLD:]}"
    time.sleep(chance.random())
    with fault.hit(Disturbed(found, process, chance.randrange(NODES), chance)):
        errors = process.communicate()[1]
    if process.returncode != fault.ends:
        return f"exit code {process.returncode}: {errors[-TOLD:]}"
    felt = fault.felt in errors
    if fault.ends:
        return _resumed(folder, place) if felt else f"ended without saying {fault.felt!r}: {errors[-TOLD:]}"
    return "" if felt else UNFELT


def _resumed(folder: Path, place: Sequence[object]) -> str:
    process = evalkit("run", "--resume", folder, *place)
    errors = process.communicate()[1]
    return f"resumed, exit code {process.returncode}: {errors[-TOLD:]}" if process.returncode else ""


def left_behind(found: Ground, folder: Path) -> str:
    """Passing names in the run directory, containers, and processes that should have ended."""
    names = [path.name for path in folder.glob(".*.tmp")]
    names += [f"container {name}" for engine in found.engines for name in _containers(engine)]
    if not wait_for(lambda: not found.machines.left(), LEFT_SECONDS):
        names += [f"process {pid} ({title(pid)[:60]})" for pid in found.machines.left()]
    return ", ".join(names)


def _containers(engine: Engine) -> list[str]:
    """Those that are left once a sandbox has been opened: it removes what the engine could not while it was dead."""
    import docker

    from evalkit.sandboxes.orphans import remove_orphans

    with closing(docker.DockerClient(base_url=engine.host)) as client:
        remove_orphans(client)
    return engine.containers()


def _units(folder: Path) -> int:
    return sum(1 for _ in folder.glob("samples-*.parquet"))


def main() -> None:
    """Print a table of the faults."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=36)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sandbox", default="bubblewrap")
    parser.add_argument("--only", help=f"faults, with commas: {', '.join(FAULTS)}")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # engines and disks of its own are removed then, too
    wanted = options.only.split(",") if options.only else list(FAULTS)
    names = [name for name in wanted if not FAULTS[name].impossible()]
    with tempfile.TemporaryDirectory() as name:
        rows = list(_rows(Path(name), names, options))
    for name in wanted:
        print(_line(name, rows))
    print(f"{len(rows)} runs, seed {options.seed}, {options.sandbox} unless the fault is a Docker engine's")
    if bad := [row for row in rows if row[1] not in ("", UNFELT)]:
        raise SystemExit("\n".join(f"{fault}: {reason}" for fault, reason in bad))


def _line(name: str, rows: list[tuple[str, str]]) -> str:
    if reason := FAULTS[name].impossible():
        return f"{FAULTS[name].title:85} left out: {reason}"
    runs = [reason for fault, reason in rows if fault == name]
    whole = runs.count("") + runs.count(UNFELT)
    unfelt = f", {runs.count(UNFELT)} of them without a word of the fault" if UNFELT in runs else ""
    return f"{FAULTS[name].title:85} {len(runs):3} runs, {whole:3} with equal tables, nothing left{unfelt}"


def _rows(folder: Path, names: list[str], options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """(fault, what went wrong) for each run."""
    experiment = folder / "experiment.yaml"
    experiment.write_text(EXPERIMENT)
    expected = undisturbed(experiment, folder / "undisturbed", options.sandbox)
    with ground(folder, own_engines=any(FAULTS[name].sandbox for name in names)) as found:
        for number in range(options.runs):
            fault = names[number % len(names)]
            chance = random.Random(f"{options.seed} {number}")
            out = (found.disk.path if found.disk else folder) / f"run-{number}"
            reason = disturbed(found, experiment, out, fault, chance, options.sandbox)
            if reason in ("", UNFELT) and shards(out) != expected:
                reason = "other tables"
            if reason in ("", UNFELT):
                reason = left_behind(found, out) or reason
            print(number, fault, reason or "ok", flush=True)
            yield fault, reason


if __name__ == "__main__":
    main()
