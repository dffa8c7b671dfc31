"""A large run: what its tables, its report and the first pages of its viewer take, on synthetic shards.

    python benchmarks/results.py [--samples 1000000] [--tokens 100] [--keep FOLDER] [--only tables,report,view,again]

Writes a run of that many samples (164 tasks, two temperatures, five tests each) as `evalkit run` would leave it. Then
each of these in a process of its own: `tables`, all that a report and an analysis of plausibility start from; `report`,
what `evalkit report` does; `view`, what `evalkit view` does with nothing kept, and the slowest of some requests;
`again`, the same after that. Each prints seconds, seconds of processors and the largest memory so far. The verdicts are
drawn so that the area under the curve is known: the benchmark asserts it, and that no sample is lost.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from evalkit.results import RunDirectory, shards
from evalkit.run.plan import unit_size

TASKS = 164
TESTS = (("test_shown", "shown", True), *((f"test_{n}", f"requirement-{n}", False) for n in range(4)))
REQUIREMENTS = [{"id": requirement, "kind": "implied", "text": requirement} for _, requirement, _ in TESTS]
CODE = "    total = 0\n    for value in values:\n        total += value\n    return total  # {}\n"
AUROC = 0.760  # binormal scores, one standard deviation apart


def main() -> None:
    """Write, then measure in other processes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=1_000_000)
    parser.add_argument("--tokens", type=int, default=100, help="of each sample")
    parser.add_argument("--keep", type=Path, help="use or make the run in this folder, and leave it there")
    parser.add_argument("--only", default=",".join(STEPS), help="some of: %(default)s")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        STEPS[given.only](given.measure, given.samples)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = given.keep or Path(folder) / "run"
        if not (path / "manifest.json").exists():
            write(path, given.samples, given.tokens)
        command = [sys.executable, __file__, "--measure", str(path), "--samples", str(given.samples)]
        for step in given.only.split(","):
            print(f"\n{step}", flush=True)
            environment = os.environ | {"EVALKIT_CACHE": f"{folder}/cache-{'view' if step == 'again' else step}"}
            subprocess.run([*command, "--only", step], check=True, env=environment)
    print(f"\n{os.cpu_count()} cores, {os.getloadavg()[0]:.1f} processes running or waiting")


def write(path: Path, samples: int, tokens: int) -> None:
    """The shards, made as columns: through records it would take an hour."""
    started, size = time.perf_counter(), unit_size(samples)
    tasks = {f"HumanEval/{n}": {"hash": "0", "title": "", "requirements": REQUIREMENTS} for n in range(TASKS)}
    with RunDirectory.create(path, {"unit_size": size, "seed": 0, "tasks": tasks}):
        for unit, first in enumerate(range(0, samples, size)):
            numbers = np.arange(first, min(samples, first + size))
            for kind, table in _unit(numbers, samples, tokens):
                pq.write_table(table, path / f"{kind}-{unit:05d}.parquet", compression="zstd")
    bytes_ = sum(each.stat().st_size for each in path.iterdir())
    print(f"wrote {samples:,} samples of {tokens} tokens: {bytes_ / 1e9:.2f} GB, {time.perf_counter() - started:.0f} s")


def _unit(numbers: np.ndarray, samples: int, tokens: int) -> Iterator[tuple[str, pa.Table]]:
    random = np.random.default_rng(int(numbers[0]))
    count = len(numbers)
    passed = random.random(count) < 0.5
    score = random.normal(size=count) + passed
    key = _key(numbers, samples)
    ends = np.linspace(len(CODE) / tokens, len(CODE), tokens).astype(np.int32)
    # Each sample's mean is its score; float32 values keep the files as small as a bf16 model's.
    noise = random.normal(size=(count, tokens)).astype(np.float32).astype(float)
    logprobs = noise - noise.mean(axis=1, keepdims=True) + (score - 20)[:, None]
    lists = {"ids": _lists(random.integers(0, 50_000, (count, tokens)), pa.int32())}
    lists |= {name: _lists(logprobs, pa.float64()) for name in ("logprobs", "drawn_logprobs", "entropies")}
    lists |= {
        "ranks": _lists(np.ones((count, tokens)), pa.int32()),
        "ends": _lists(np.tile(ends, (count, 1)), pa.int32()),
    }
    yield "tokens", pa.table({**key, **lists}, shards.TOKENS)
    texts = pa.array([CODE.format(number % 10) for number in numbers])
    whole = {"prompt": pa.array(["def add(values):\n" * 20] * count), "completion": texts, "extracted": texts}
    numbers32 = pa.array(np.full(count, tokens, dtype=np.int32))
    scores = {name: pa.array(score) for name in ("mean_logprob", "sum_logprob", "min_logprob", "mean_entropy")}
    none = pa.nulls(count, pa.int32())
    rest = {
        "solution": texts,
        "cuts": pa.array([[]] * count, pa.list_(pa.string())),
        "reasoning_start": none,
        "reasoning_end": none,
        "stop_reason": pa.array(["eos"] * count),
        "prompt_tokens": numbers32,
        "completion_tokens": numbers32,
        "reasoning_tokens": pa.array(np.zeros(count, dtype=np.int32)),
    }
    yield "samples", pa.table({**key, **whole, **rest, **scores}, shards.SAMPLES)
    yield "verdicts", _verdicts(numbers, samples, passed, random)


def _verdicts(numbers: np.ndarray, samples: int, passed: np.ndarray, random: np.random.Generator) -> pa.Table:
    each = len(TESTS)
    missed = random.integers(1, each, len(numbers))  # the test that a failing sample fails
    failed = ~np.repeat(passed, each) & (np.tile(np.arange(each), len(numbers)) == np.repeat(missed, each))
    names, requirements, examples = (list(column) * len(numbers) for column in zip(*TESTS, strict=True))
    said = [f"assert {number} == {number + 1}" for number in range(997)]
    columns = {
        "test": pa.array(names),
        "requirement": pa.array(requirements),
        "example": pa.array(examples),
        "status": pa.array(np.where(failed, "failed", "passed")),
        "message": pa.array([said[at % 997] if bad else "" for at, bad in enumerate(failed)]),
    }
    return pa.table({**_key(np.repeat(numbers, each), samples), **columns}, shards.VERDICTS)


def _key(numbers: np.ndarray, samples: int) -> dict[str, pa.Array]:
    per_task = -(-samples // TASKS)
    task, index = numbers // per_task, numbers % per_task
    same = {"model": "qwen2.5-coder-0.5b", "identifiers": "snake_case", "prompt_style": "chat", "retrieval": "off"}
    columns = {name: pa.array([value] * len(numbers)) for name, value in same.items()}
    columns["task_id"] = pa.array([f"HumanEval/{number}" for number in task])
    columns["temperature"] = pa.array(np.where(index % 2, 0.8, 0.2))
    columns["context_position"] = pa.array(["end"] * len(numbers))
    columns["filler_tokens"] = pa.array(np.zeros(len(numbers), dtype=np.int32))
    columns["index"] = pa.array((index // 2).astype(np.int32))
    return {name: columns[name] for name in shards.KEY_COLUMNS}


def _lists(values: np.ndarray, kind: pa.DataType) -> pa.ListArray:
    offsets = np.arange(0, values.size + 1, values.shape[1], dtype=np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values.ravel()).cast(kind))


class Clock:
    """Prints what was spent since this was made."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    def tell(self, name: str) -> None:
        """One line."""
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        seconds, cpu = time.perf_counter() - self._began, time.process_time()
        print(f"{name:<32}{seconds:7.1f} s {cpu:7.1f} s of processors {memory:6.2f} GiB", flush=True)


def measure_tables(path: Path, samples: int) -> None:
    """Make the tables."""
    import evalkit
    from evalkit import statistics

    clock = Clock()
    results = evalkit.load(path, texts=False)
    clock.tell("load")
    outcomes = statistics.sample_outcomes(results)
    assert len(outcomes) == samples
    clock.tell("outcomes")
    statistics.pass_table(outcomes, [1, 10])
    statistics.plausible_but_wrong(outcomes)
    clock.tell("pass@k, plausible but wrong")
    statistics.requirement_table(results)
    statistics.strict_against_partial(results)
    clock.tell("requirements")
    statistics.failure_table(results, outcomes)
    clock.tell("failures")
    scores = statistics.plausibility_scores(results)
    clock.tell("plausibility of all tokens")
    table = statistics.discrimination_table(outcomes.drop(columns="mean_logprob").join(scores), scores=["mean_logprob"])
    assert abs(float(table["auroc_within"].iloc[0]) - AUROC) < 3 / np.sqrt(samples), table.T
    clock.tell("does it tell right from wrong")


def measure_report(path: Path, samples: int) -> None:
    """All files that `evalkit report` writes."""
    from evalkit.reports import write_report

    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        write_report(path, Path(folder), files=True)
    clock.tell(f"report of {samples:,} samples")


def measure_view(path: Path, samples: int) -> None:
    """A viewer, and the first of each kind of request."""
    import json

    from evalkit.reports.server import open_viewer

    clock = Clock()
    viewer = open_viewer(path)
    clock.tell(f"viewer of {samples:,} samples")
    last = {"number": str(samples - 1)}
    slowest = 0.0
    for what, asked in [("facets", {}), *(("samples", each) for each in LISTS), ("sample", last), ("sample", last)]:
        began = time.perf_counter()
        size = len(json.dumps(viewer.answer(what, asked)))
        slowest = max(slowest, seconds := time.perf_counter() - began)
        print(f"  {seconds:7.3f} s {size:>9,} bytes  {what} {asked}")
    clock.tell(f"slowest request {slowest:.2f} s")


LISTS: tuple[dict[str, str], ...] = (
    {},
    {"task": "80"},
    {"status": "failed"},
    {"order": "confident"},
    {"task": "80", "status": "fooled", "order": "unsure"},
    {"requirement": "3", "from": "400"},
)
STEPS = {"tables": measure_tables, "report": measure_report, "view": measure_view, "again": measure_view}


if __name__ == "__main__":
    main()
