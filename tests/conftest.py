"""Hand-made runs for the tests of statistics and reports."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from evalkit.results import RunDirectory
from evalkit.types import (
    Cell,
    Completion,
    Context,
    Extraction,
    Sample,
    SampleKey,
    Status,
    StopReason,
    TokenTrace,
    Verdict,
)

# Every task of a hand-made run has three tests: an example and a hidden test of the stated requirement
# "adds", and a hidden test of the implied requirement "guards".
TESTS = (("test_shown", "adds", True), ("test_hidden", "adds", False), ("test_guard", "guards", False))
REQUIREMENTS = [
    {"id": "adds", "kind": "stated", "text": "It adds."},
    {"id": "guards", "kind": "implied", "text": "It refuses garbage."},
]
LETTERS = {
    "P": Status.PASSED,
    "F": Status.FAILED,
    "E": Status.ERROR,
    "T": Status.TIMEOUT,
    "N": Status.NO_SOLUTION,
    "U": Status.UNSCORED,
}

MakeRun = Callable[..., Path]


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    """make_run(attempts, **manifest) -> path. An attempt is a mapping: task, tests (a letter for each test,
    or "" when it is not judged), and optionally logprob, temperature, identifiers, prompt, model, code, message,
    stop, examples.
    """
    numbers = iter(range(100))

    def make(attempts: Sequence[Mapping[str, Any]], **manifest: object) -> Path:
        path = tmp_path / f"run-{next(numbers)}"
        with RunDirectory.create(path, _manifest(attempts) | manifest) as run:
            pairs = _records(attempts)
            run.write_samples(0, [sample for sample, _ in pairs])
            run.write_verdicts(0, [verdict for _, verdicts in pairs for verdict in verdicts])
        return path

    return make


def _manifest(attempts: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    tasks = dict.fromkeys(attempt["task"] for attempt in attempts)
    return {
        "unit_size": 1000,
        "config": {"samples": 2},
        "seed": 7,
        "suite": {"name": "small", "title": "Small suite", "hash": "0f"},
        "tasks": {task: {"hash": "0f", "title": f"Task {task}", "requirements": REQUIREMENTS} for task in tasks},
        "model": {"name": "tiny"},
        "sandbox": {"name": "docker", "isolates": True},
        "plan": {"samples": len(attempts), "units": 1},
    }


def _records(attempts: Sequence[Mapping[str, Any]]) -> list[tuple[Sample, list[Verdict]]]:
    seen: Counter[tuple[str, Cell]] = Counter()
    pairs = []
    for attempt in attempts:
        cell = Cell(
            attempt.get("model", "tiny"),
            attempt.get("temperature", 0.8),
            attempt.get("identifiers", "snake_case"),
            attempt.get("prompt", "plain"),
            Context(retrieval=attempt.get("retrieval", "off")),
        )
        key = SampleKey(attempt["task"], cell, seen[attempt["task"], cell])
        seen[attempt["task"], cell] += 1
        pairs.append((_sample(key, attempt), _verdicts(key, attempt)))
    return pairs


def _sample(key: SampleKey, attempt: Mapping[str, Any]) -> Sample:
    logprob = attempt.get("logprob", -1.0)
    tokens = TokenTrace((1,), (logprob,), (logprob,), (0.5,), (1,), (1,)) if logprob is not None else TokenTrace()
    code = attempt.get("code", "def add(a, b):\n    return a + b\n")
    completion = Completion(code or "no idea", attempt.get("stop", StopReason.EOS), 10, tokens)
    return Sample(key, "def add(a, b):", completion, Extraction(code, (), code))


def _verdicts(key: SampleKey, attempt: Mapping[str, Any]) -> list[Verdict]:
    message = attempt.get("message", "assert 1 == 2")
    shown = attempt.get("examples", True)  # False: as in suites whose prompts show no test
    return [
        Verdict(key, name, requirement, example and shown, LETTERS[letter], "" if letter == "P" else message)
        for (name, requirement, example), letter in zip(TESTS, attempt["tests"], strict=bool(attempt["tests"]))
    ]
