"""How fast HumanEval+ is judged: evalkit against the programs themselves, and against EvalPlus, in one run.

    EVALKIT_DATA=folder python benchmarks/humaneval_plus.py [--sandbox docker] [--workers 2] [--evalplus] [--base]

Each canonical solution is judged once, on all inputs. The floor is what the canonical programs need for these inputs
with nothing around them: no isolation, no comparison, arguments already parsed. It is measured in as many bare
processes as evalkit has workers. evalkit is timed as a whole process, start of interpreter and sandbox included; its
first run may have to learn what the reference gives, the second knows it. Every canonical solution must pass, and
solutions that return nothing must fail. EvalPlus (--evalplus) is installed from the package index into an
environment of its own in evalkit's cache folder, and run once before it is timed, since it keeps expected outputs too.

--base: instead, each canonical solution ten times on the inputs of HumanEval alone, by evalkit (which gets a data set
without the others) and by EvalPlus (--base_only). A comment makes each of the ten another program, so that evalkit
executes all of them; then evalkit judges them as they are, executing one of ten.
"""

import argparse
import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from peers import EVALPLUS, Record, evalplus_results, read_records, run_evalkit, run_evalplus, write_records

from evalkit import load

DATA = "HumanEvalPlus.jsonl.gz"
COPIES = 10


def canonical(task: Record) -> str:
    """The whole program."""
    return str(task["prompt"] + task["canonical_solution"])


def nothing(task: Record) -> str:
    """A program that returns nothing."""
    return f"def {task['entry_point']}(*arguments):\n    return None\n"


def write_samples(
    path: Path, tasks: Iterable[Record], program: Callable[[Record], str] = canonical, endings: Sequence[str] = ("",)
) -> Path:
    """A sample per task and ending of its program, in EvalPlus's format."""
    samples = ({"task_id": task["task_id"], "solution": program(task) + ending} for task in tasks for ending in endings)
    return write_records(path, samples)


def run_bare(task: Record) -> float:
    """Processor seconds of a canonical program on all its inputs."""
    namespace: dict[str, Any] = {}
    exec(canonical(task), namespace)
    function, inputs = namespace[task["entry_point"]], task["base_input"] + task["plus_input"]
    begun = time.process_time()
    for arguments in inputs:
        function(*arguments)
    return time.process_time() - begun


def time_bare(tasks: list[Record], workers: int) -> tuple[float, float]:
    """Processor seconds and wall seconds of the programs themselves."""
    with multiprocessing.Pool(workers) as pool:
        pool.map(abs, range(workers))  # the processes have started
        begun = time.perf_counter()
        seconds = sum(pool.imap_unordered(run_bare, tasks))
        return seconds, time.perf_counter() - begun


def time_evalkit(data: Path, samples: Path, out: Path, options: argparse.Namespace, expected: str) -> float:
    """Wall seconds of `evalkit judge`. Every sample must come out as expected."""
    arguments = ["--sandbox", options.sandbox, "--workers", str(options.workers), "--cpu-floor", "60"]
    arguments += ["--allow-unisolated"] if options.sandbox == "subprocess" else []
    seconds = run_evalkit(samples, data, out, *arguments)
    verdicts = load(out).verdicts
    passed = verdicts.assign(passed=verdicts["status"] == "passed").groupby(["task_id", "index"])["passed"].all()
    if set(passed) != {expected == "passed"} or len(passed) != len(read_records(samples)):
        raise SystemExit(f"evalkit did not find that every solution {expected}:\n{verdicts['status'].value_counts()}")
    return seconds


def time_evalplus(data: Path, samples: Path, workers: int, *options: str) -> tuple[float, float]:
    """Wall seconds of EvalPlus's own command, the second time, and the part of samples that passed.

    Its time limits are of wall time, so on a busy machine it finds a canonical solution wrong now and then. And it
    finds every solution of HumanEval/32 wrong: its rule for find_zero does not count the inputs that were right.
    """
    for _ in range(2):
        seconds = run_evalplus(samples, data, workers, *options)
    judged = json.loads(evalplus_results(samples).read_text())["eval"]
    statuses = [(each["base_status"], each["plus_status"]) for samples in judged.values() for each in samples]
    passed = sum(set(each) <= {"pass", None} for each in statuses) / len(statuses)
    if passed < 0.95:
        raise SystemExit(f"EvalPlus did not find the canonical solutions correct, only {passed:.1%} of them")
    return seconds, passed


def measure_all(tasks: list[Record], data: Path, folder: Path, options: argparse.Namespace) -> None:
    """Once each, all inputs."""
    inputs = sum(len(task["base_input"]) + len(task["plus_input"]) for task in tasks)
    right = write_samples(folder / "right.jsonl", tasks)
    wrong = write_samples(folder / "wrong.jsonl", tasks, nothing)
    first = time_evalkit(data, right, folder / "first", options, "passed")
    floor, floor_wall = time_bare(tasks, options.workers)
    ours = time_evalkit(data, right, folder / "second", options, "passed")
    time_evalkit(data, wrong, folder / "third", options, "failed")
    print(f"{len(tasks)} canonical solutions of HumanEval+, {inputs} inputs, {options.workers} workers")
    print(f"{'the programs themselves':34} {floor_wall:7.1f} s ({floor:.1f} s of processor time)")
    print(f"{f'evalkit, {options.sandbox}, whole process':34} {ours:7.1f} s (first run: {first:.1f} s)")
    over_workers = ours * options.workers / floor
    print(f"ratio of wall times {ours / floor_wall:.2f}; to processor time over workers {over_workers:.2f}")
    if options.evalplus:
        plain = write_records(folder / "data.jsonl", tasks)
        print_evalplus(*time_evalplus(plain, right, options.workers), ours)


def measure_base(tasks: list[Record], folder: Path, options: argparse.Namespace) -> None:
    """Ten times each, the inputs of HumanEval alone."""
    data = write_records(folder / "base.jsonl", (task | {"plus_input": []} for task in tasks))
    endings = [f"\n# copy {number}\n" for number in range(COPIES)]
    samples = write_samples(folder / "samples.jsonl", tasks, endings=endings)
    same = write_samples(folder / "same.jsonl", tasks, endings=[""] * COPIES)
    time_evalkit(data, write_samples(folder / "once.jsonl", tasks), folder / "first", options, "passed")
    ours = time_evalkit(data, samples, folder / "run", options, "passed")
    ours_same = time_evalkit(data, same, folder / "same", options, "passed")
    count = COPIES * len(tasks)
    print(f"{count} canonical solutions of HumanEval+, the inputs of HumanEval alone, {options.workers} workers")
    print(f"{f'evalkit, {options.sandbox}, whole process':34} {ours:7.1f} s, {count / ours:.1f} samples/s")
    print(f"{'the same, not made distinct':34} {ours_same:7.1f} s, {count / ours_same:.1f} samples/s")
    plain = write_records(folder / "data.jsonl", tasks)
    print_evalplus(*time_evalplus(plain, samples, options.workers, "--base_only"), ours)


def print_evalplus(seconds: float, passed: float, ours: float) -> None:
    """One line."""
    print(f"{EVALPLUS:34} {seconds:7.1f} s, {seconds / ours:.2f} times as long; finds {passed:.1%} correct")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sandbox", default="docker")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--evalplus", action="store_true", help="time EvalPlus too")
    parser.add_argument("--base", action="store_true", help="the inputs of HumanEval alone, ten times, with EvalPlus")
    options = parser.parse_args()
    data = Path(os.environ["EVALKIT_DATA"]) / DATA
    tasks = read_records(data)
    with tempfile.TemporaryDirectory() as name:
        if options.base:
            measure_base(tasks, Path(name), options)
        else:
            measure_all(tasks, data, Path(name), options)


if __name__ == "__main__":
    main()
