"""How much sooner two workers of each kind are done than one.

    python benchmarks/workers.py [--model scripted] [--samples 20] [--sandbox bubblewrap] [--repeats 3]

A Ray cluster of three nodes on this machine: the driver's, and two with a generation worker and a judging worker each.
The same run by one worker of each kind and by two, in turn; the time is the session's, from the first unit that is
given out to the last that is committed, without start-up and report. Both runs must end with the same bytes. A ratio
of two takes a machine with at least two cores that does nothing else.
"""

import argparse
import json
import statistics
import tempfile
from pathlib import Path

from machines import Machines, evalkit, machines, on, shards


def seconds(found: Machines, options: argparse.Namespace, workers: int, out: Path) -> float:
    """What a run by so many workers of each kind takes."""
    grid = ("--model", options.model, "--samples", options.samples, "--seed", 1, "--no-reuse-verdicts")
    place = on(found, generators=workers, judges=workers)
    process = evalkit("run", "starter", *grid, "--sandbox", options.sandbox, "--allow-unisolated", "--out", out, *place)
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    [session] = (out / "sessions.jsonl").read_text().splitlines()
    return float(json.loads(session)["seconds"])


def main() -> None:
    """Print the ratio of each pair of runs, and their median."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="scripted")
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--sandbox", default="bubblewrap")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    ratios = []
    with tempfile.TemporaryDirectory() as name, machines(2) as found:
        for number in range(options.repeats):
            one, two = Path(name, f"{number}-one"), Path(name, f"{number}-two")
            alone, together = seconds(found, options, 1, one), seconds(found, options, 2, two)
            assert shards(one) == shards(two)
            ratios.append(alone / together)
            print(f"1 worker {alone:7.1f} s   2 workers {together:7.1f} s   ratio {ratios[-1]:.2f}", flush=True)
    print(f"median ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
