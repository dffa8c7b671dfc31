"""How fast HumanEval+ is judged: evalkit against the programs themselves, and against EvalPlus, in one run.

    EVALKIT_DATA=folder python benchmarks/humaneval_plus.py [--sandbox docker] [--workers 2] [--evalplus]

Each canonical solution is judged once, on all inputs. The floor is what the canonical programs need for these inputs
with nothing around them: no isolation, no comparison, arguments already parsed. It is measured in as many bare
processes as evalkit has workers. evalkit is timed as a whole process, start of interpreter and sandbox included; its
first run may have to learn what the reference gives, the second knows it. Every canonical solution must pass, and
solutions that return nothing must fail. EvalPlus (--evalplus) is installed from the package index into an
environment of its own in evalkit's cache folder, and run once before it is timed, since it keeps expected outputs too.
"""

import argparse
import gzip
import json
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from evalkit import load
from evalkit.cache import cache_folder

DATA = "HumanEvalPlus.jsonl.gz"
PEER = "evalplus==0.3.1"


def read_tasks(path: Path) -> list[dict[str, Any]]:
    """The lines of the data set."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def canonical(task: dict[str, Any]) -> str:
    """The whole program."""
    return str(task["prompt"] + task["canonical_solution"])


def nothing(task: dict[str, Any]) -> str:
    """A program that returns nothing."""
    return f"def {task['entry_point']}(*arguments):\n    return None\n"


def write_samples(path: Path, tasks: Iterable[dict[str, Any]], program: Callable[[dict[str, Any]], str]) -> Path:
    """One sample per task, in EvalPlus's format."""
    lines = (json.dumps({"task_id": task["task_id"], "solution": program(task)}) for task in tasks)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run_bare(task: dict[str, Any]) -> float:
    """Processor seconds of a canonical program on all its inputs."""
    namespace: dict[str, Any] = {}
    exec(canonical(task), namespace)
    function, inputs = namespace[task["entry_point"]], task["base_input"] + task["plus_input"]
    begun = time.process_time()
    for arguments in inputs:
        function(*arguments)
    return time.process_time() - begun


def time_bare(tasks: list[dict[str, Any]], workers: int) -> tuple[float, float]:
    """Processor seconds and wall seconds of the programs themselves."""
    with multiprocessing.Pool(workers) as pool:
        pool.map(abs, range(workers))  # the processes have started
        begun = time.perf_counter()
        seconds = sum(pool.imap_unordered(run_bare, tasks))
        return seconds, time.perf_counter() - begun


def time_evalkit(data: Path, samples: Path, out: Path, options: argparse.Namespace, expected: str) -> float:
    """Wall seconds of `evalkit judge`. Every sample must come out as expected."""
    arguments = ["--suite", data, "--sandbox", options.sandbox, "--workers", str(options.workers), "--out", out]
    arguments += ["--cpu-floor", "60", *(["--allow-unisolated"] if options.sandbox == "subprocess" else [])]
    begun = time.perf_counter()
    done = subprocess.run(
        [Path(sys.executable).parent / "evalkit", "judge", samples, *arguments], capture_output=True, text=True
    )
    seconds = time.perf_counter() - begun
    if done.returncode:
        raise SystemExit(done.stderr)
    verdicts = load(out).verdicts
    passed = verdicts.assign(passed=verdicts["status"] == "passed").groupby("task_id")["passed"].all()
    if set(passed) != {expected == "passed"} or len(passed) != 164:
        raise SystemExit(f"evalkit did not find that every solution {expected}:\n{verdicts['status'].value_counts()}")
    return seconds


def time_evalplus(tasks: list[dict[str, Any]], samples: Path, folder: Path, workers: int) -> tuple[float, list[str]]:
    """Wall seconds of EvalPlus's own command, the second time, and what it says pass@1 is, base and plus.

    Its time limits are of wall time, so on a busy machine it finds a canonical solution wrong now and then.
    """
    environment = cache_folder("benchmarks", PEER.replace("==", "-"))
    if not (environment / "ready").exists():
        venv.create(environment, with_pip=True, clear=True)
        subprocess.run([environment / "bin/python", "-m", "pip", "install", "--quiet", PEER], check=True)
        (environment / "ready").touch()
    data = folder / "data.jsonl"
    data.write_text("\n".join(map(json.dumps, tasks)) + "\n", encoding="utf-8")
    for turn in range(2):
        copy = shutil.copy(samples, folder / f"evalplus-{turn}.jsonl")  # results are written next to it
        begun = time.perf_counter()
        done = subprocess.run(
            [environment / "bin/evalplus.evaluate", "--dataset", "humaneval", "--samples", copy,
             "--parallel", str(workers)],
            env=os.environ | {"HUMANEVAL_OVERRIDE_PATH": str(data)}, check=True, capture_output=True, text=True,
        )  # fmt: skip
        seconds = time.perf_counter() - begun
    found = re.findall(r"pass@1:\s*([\d.]+)", done.stdout)
    if len(found) != 2 or min(map(float, found)) < 0.95:
        raise SystemExit(f"EvalPlus did not find the canonical solutions correct: {done.stdout}")
    return seconds, found


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sandbox", default="docker")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--evalplus", action="store_true", help="time EvalPlus too")
    options = parser.parse_args()
    data = Path(os.environ["EVALKIT_DATA"]) / DATA
    tasks = read_tasks(data)
    inputs = sum(len(task["base_input"]) + len(task["plus_input"]) for task in tasks)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        right = write_samples(folder / "right.jsonl", tasks, canonical)
        wrong = write_samples(folder / "wrong.jsonl", tasks, nothing)
        first = time_evalkit(data, right, folder / "first", options, "passed")
        floor, floor_wall = time_bare(tasks, options.workers)
        ours = time_evalkit(data, right, folder / "second", options, "passed")
        time_evalkit(data, wrong, folder / "third", options, "failed")
        peer = time_evalplus(tasks, right, folder, options.workers) if options.evalplus else None
    print(f"{len(tasks)} canonical solutions of HumanEval+, {inputs} inputs, {options.workers} workers")
    print(f"{'the programs themselves':34} {floor_wall:7.1f} s ({floor:.1f} s of processor time)")
    print(f"{f'evalkit, {options.sandbox}, whole process':34} {ours:7.1f} s (first run: {first:.1f} s)")
    print(f"ratio of wall times {ours / floor_wall:.2f}; to processor time over workers "
          f"{ours * options.workers / floor:.2f}")  # fmt: skip
    if peer is not None:
        seconds, found = peer
        print(f"{PEER:34} {seconds:7.1f} s, {seconds / ours:.2f} times as long; its pass@1: {', '.join(found)}")


if __name__ == "__main__":
    main()
