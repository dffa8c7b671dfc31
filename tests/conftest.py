"""Hand-made runs for the tests of statistics and reports, and the browser that their pages are opened in."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
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

CHROMIUM = Path(os.environ.get("EVALKIT_CHROMIUM", "/usr/bin/chromium"))
DESK = {"width": 1280, "height": 900}
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium; EVALKIT_REQUIRE_BROWSER=1 makes a lacking one a failure."""
    lacking = None if CHROMIUM.exists() else f"there is no {CHROMIUM}: apt-get install chromium"
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        lacking = "playwright is not installed"
    if lacking and os.environ.get("EVALKIT_REQUIRE_BROWSER") == "1":
        pytest.fail(f"EVALKIT_REQUIRE_BROWSER=1, but {lacking}", pytrace=False)
    if lacking:
        pytest.skip(lacking)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def browsed(browser: Any) -> Iterator[Callable[..., Any]]:
    """browsed(address, **context) -> a page. In the end: no error in its console, no request elsewhere."""
    contexts, troubles = [], []

    def open_page(address: str, **options: Any) -> Any:
        context = browser.new_context(**{"viewport": DESK, **options})
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: _elsewhere(request.url, address) and troubles.append(request.url))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def _elsewhere(url: str, address: str) -> bool:
    return not url.startswith(address.partition("#")[0])
