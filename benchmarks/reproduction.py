"""Published figures beside those of a run, and EvalPlus's verdicts beside evalkit's on the very same completions.

    python benchmarks/reproduction.py RUN --data HumanEvalPlus.jsonl.gz [--dataset humaneval] [--workers 2]

RUN is a run of HumanEval+ or MBPP+ with whole cells: a sample of every task. Each completion goes to EvalPlus twice: as
the program that evalkit found in it, and as text from which EvalPlus finds the program itself (`evalplus.sanitize`).
Printed are, for each cell, how many samples passed the base inputs and all inputs by each of the three, with Wilson's
interval, and every sample of which evalkit and EvalPlus do not say the same.
"""

import argparse
import json
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from peers import (
    EVALPLUS,
    Record,
    environment,
    evalplus_results,
    read_records,
    run_evalplus,
    write_records,
)

from evalkit import load
from evalkit.results.texts import unescape
from evalkit.statistics.intervals import wilson

TESTS = ("test_base", "test_plus")
PEER_SECONDS = 8  # EvalPlus's limit of 1 s of wall time fails what is right on a busy machine

# Runs EvalPlus's own extraction on the text of each line, in EvalPlus's environment.
SANITIZE = """
import json, sys
from evalplus.sanitize import sanitize
for line in sys.stdin:
    record = json.loads(line)
    print(json.dumps({"task_id": record["task_id"], "solution": sanitize(record["solution"], record["entry_point"])}))
"""


@dataclass(frozen=True)
class Difference:
    """One test of one sample of which evalkit and EvalPlus do not say the same."""

    task: str
    test: str
    program: str
    ours: str
    theirs: str

    def __str__(self) -> str:
        return f"{self.task} {self.test}: evalkit {self.ours}, EvalPlus on {self.program} program {self.theirs}"


def whole_text(sample: Record, mode: str) -> str:
    """What EvalPlus would have received: in base prompts the completion goes on from the prompt."""
    text = unescape(sample["completion"])
    return unescape(sample["prompt"]) + text if mode == "base" else text


def found_by_evalplus(samples: pd.DataFrame, tasks: dict[str, Record], mode: str) -> list[Record]:
    """The programs that EvalPlus finds in the completions."""
    lines = [
        {"task_id": task, "solution": whole_text(each, mode), "entry_point": tasks[task]["entry_point"]}
        for task, each in zip(samples["task_id"], samples.to_dict("records"), strict=True)
    ]
    given = "".join(f"{json.dumps(line)}\n" for line in lines)
    command = [environment(EVALPLUS) / "bin/python", "-c", SANITIZE]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def found_by_evalkit(samples: pd.DataFrame) -> list[Record]:
    """The programs that evalkit judged; empty where it found none."""
    texts = ((task, text if isinstance(text, str) else "") for task, text in samples[["task_id", "solution"]].values)
    return [{"task_id": task, "solution": unescape(text)} for task, text in texts]


def judged_by_evalplus(
    programs: Iterable[Record], data: Path, dataset: str, workers: int, folder: Path, name: str
) -> dict[tuple[str, str], str]:
    """EvalPlus's status by task and test; a sample must pass the base inputs to pass all."""
    path = write_records(folder / f"{name}.jsonl", programs)
    run_evalplus(path, data, workers, "--min_time_limit", str(PEER_SECONDS), dataset=dataset)
    results = json.loads(evalplus_results(path).read_text())["eval"]
    return {(task, test): of[0][f"{test[5:]}_status"] for task, of in results.items() for test in TESTS}


def judged_by_evalkit(verdicts: pd.DataFrame) -> dict[tuple[str, str], str]:
    """evalkit's status by task and test; a task without further inputs has no `test_plus`."""
    columns = verdicts[["task_id", "test", "status"]]
    return {(task, test): status for task, test, status in columns.itertuples(index=False)}


def passing(statuses: dict[tuple[str, str], str], tasks: Iterable[str]) -> tuple[int, int]:
    """How many tasks pass the base inputs, and how many all."""
    base = [task for task in tasks if statuses[task, "test_base"].startswith("pass")]
    both = [task for task in base if statuses.get((task, "test_plus"), "pass").startswith("pass")]
    return len(base), len(both)


def differences(
    ours: dict[tuple[str, str], str], theirs: dict[tuple[str, str], str], program: str
) -> Iterator[Difference]:
    """Every test of which one side says that it passed and the other that it did not."""
    for (task, test), status in ours.items():
        if (status == "passed") != theirs[task, test].startswith("pass"):
            yield Difference(task, test, program, status, theirs[task, test])


def compare_cell(
    samples: pd.DataFrame, verdicts: pd.DataFrame, options: argparse.Namespace, folder: Path
) -> list[Difference]:
    """Print the counts of a cell; what differs."""
    tasks = {record["task_id"]: record for record in read_records(options.data)}
    missing = set(tasks) - set(samples["task_id"])
    if missing:
        raise SystemExit(
            f"{len(missing)} tasks of {options.data.name} have no sample in this run, such as {min(missing)}."
        )
    data = write_records(folder / "data.jsonl", tasks.values())
    ours = judged_by_evalkit(verdicts)
    programs = {"evalkit's": found_by_evalkit(samples), "its own": found_by_evalplus(samples, tasks, options.mode)}
    found = []
    print_counts("evalkit", *passing(ours, tasks), len(tasks))
    for owner, lines in programs.items():
        theirs = judged_by_evalplus(lines, data, options.dataset, options.workers, folder, owner.split("'")[0].strip())
        print_counts(f"EvalPlus on {owner} programs", *passing(theirs, tasks), len(tasks))
        found += differences(ours, theirs, owner)
    return found


def print_counts(judge: str, base: int, both: int, tasks: int) -> None:
    """A line of counts with Wilson's interval."""
    print(f"  {judge}: base {shown(base, tasks)}, all inputs {shown(both, tasks)}")


def shown(count: int, of: int) -> str:
    """Such as 101 of 164, 61.6 % [54.0, 68.7]."""
    share, low, high = (100 * value for value in wilson(count / of, of))
    return f"{count} of {of}, {share:.1f} % [{low:.1f}, {high:.1f}]"


def main() -> None:
    """Judge and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, metavar="RUN")
    parser.add_argument("--data", type=Path, required=True, help="the file of the data set")
    parser.add_argument("--dataset", choices=["humaneval", "mbpp"], default="humaneval")
    parser.add_argument("--mode", choices=["chat", "base"], default="chat", help="what the run's prompts are")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    results = load(options.run)
    cell = ["model", "temperature", "identifiers", "prompt_style"]
    first = results.samples[results.samples["index"] == 0]
    for key, samples in first.groupby(cell):
        print(", ".join(map(str, key)))
        verdicts = results.verdicts.merge(samples[[*cell, "task_id", "index"]])
        with tempfile.TemporaryDirectory() as name:
            for each in compare_cell(samples, verdicts, options, Path(name)):
                print(f"  {each}")


if __name__ == "__main__":
    main()
