"""Whether verdicts are the same every time, on an idle machine and on a busy one.

    EVALKIT_DATA=folder python benchmarks/repeats.py [--repeats 10] [--mutants 1] [--sandbox docker] [--workers 2]

One file of samples is judged again and again by `evalkit judge`: HumanEval's canonical solutions, mutants of them (see
mutants.py; some never end), and solutions that use half or twice the processor time that a test gets. Every other
repeat runs beside twice as many busy processes as there are cores. Ends with an error unless every status and every
message of every repeat is that of the first.
"""

import argparse
import multiprocessing
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agreement import HUMANEVAL_FILE, ours, write_samples
from peers import Record, read_records, run_evalkit, write_records

from evalkit.types import Limits

SLOW_TASKS = 2  # tasks that get a slow and a late solution
_BUSY = """

_right, _used = {name}, False


def {name}(*arguments):
    global _used
    if not _used:
        import time
        _used, end = True, time.process_time() + {seconds}
        while time.process_time() < end:
            pass
    return _right(*arguments)
"""

Verdicts = dict[tuple[str, int, str], tuple[str, str]]


def slow_samples(tasks: list[Record]) -> Iterator[Record]:
    """Canonical solutions whose first call uses processor time: half the limit of a test, or twice that."""
    for task in tasks[:SLOW_TASKS]:
        for part in (0.5, 2.0):
            busy = _BUSY.format(name=task["entry_point"], seconds=part * Limits().cpu_seconds)
            yield {"task_id": task["task_id"], "solution": task["prompt"] + task["canonical_solution"] + busy}


@contextmanager
def busy_machine(processes: int) -> Iterator[None]:
    """Inside, so many processes do nothing but run."""
    burners = [multiprocessing.Process(target=_burn, daemon=True) for _ in range(processes)]
    for burner in burners:
        burner.start()
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.join()


def _burn() -> None:
    while True:
        pass


def differences(first: Verdicts, other: Verdicts) -> list[str]:
    """What became of verdicts that are not the first ones."""
    return [
        f"{task} sample {number} {test}: {first[task, number, test]}, then {verdict}"
        for (task, number, test), verdict in other.items()
        if first[task, number, test] != verdict
    ]


def repeat(number: int, samples: Path, data: Path, folder: Path, options: list[str]) -> Verdicts:
    """Judge once more, every other time on a busy machine; prints how it went."""
    burners = 2 * len(os.sched_getaffinity(0)) if number % 2 else 0
    with busy_machine(burners):
        seconds = run_evalkit(samples, data, folder / str(number), *options)
    found = ours(folder / str(number))
    counts = Counter(status for status, _ in found.values()).most_common()
    counted = ", ".join(f"{count} {status}" for status, count in counts)
    print(f"repeat {number + 1}, beside {burners} busy processes: {seconds:.1f} s; {counted}", flush=True)
    return found


def main() -> None:
    """Judge again and again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--mutants", type=int, default=1, help="at most so many for each task")
    parser.add_argument("--sandbox", default="docker")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    data = Path(os.environ["EVALKIT_DATA"]) / HUMANEVAL_FILE
    given = ["--sandbox", options.sandbox, "--workers", str(options.workers)]
    with tempfile.TemporaryDirectory() as name:
        tasks, samples = read_records(data), Path(name) / "samples.jsonl"
        write_records(samples, [*write_samples(samples, tasks, options.mutants), *slow_samples(tasks)])
        repeats = [repeat(number, samples, data, Path(name), given) for number in range(options.repeats)]
    changed = [line for other in repeats[1:] for line in differences(repeats[0], other)]
    print(f"{len(repeats[0])} verdicts, {options.repeats} times: {len(changed)} differ from those of the first time")
    if changed:
        raise SystemExit("\n".join(changed))


if __name__ == "__main__":
    main()
