"""Batches of calls compared by digest: the same verdicts as one call at a time, honest or not."""

import json
import os
import random
from collections import Counter, OrderedDict
from dataclasses import replace
from pathlib import Path
from typing import Any

import batch
import pytest
from differential import Differential
from hypothesis import given
from hypothesis import strategies as st

from evalkit.sandboxes import open_sandbox
from evalkit.sandboxes.tests_sources import TestsSources
from evalkit.suites import load_suite
from evalkit.types import Job, Limits, Outcome, Sandbox, Status, Task

REFERENCE = "def f(x):\n    return x\n"
NUMBERS = [[n] for n in range(50)]
_leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.complex_numbers()
_keys = st.none() | st.booleans() | st.integers() | st.text()
values = st.recursive(
    _leaves,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(_keys, inner) | st.frozensets(_keys),
    max_leaves=8,
)


def comparing(reference: str = REFERENCE, inputs: list[Any] = NUMBERS, tolerance: float = 0, oracle: str = "") -> str:
    lines = "\n".join(map(json.dumps, inputs))
    made = f"differential.Differential('only', {reference!r}, 'f', {lines!r}, {tolerance!r}, {oracle!r})"
    head = "import differential\nfrom solution import f\n\n"
    return f"{head}ONLY = {made}\n\ndef test_it():\n    ONLY.assert_agrees(f)\n"


def outcome(sandbox: Sandbox, solution: str, tests: str | None = None, **limits: float) -> Outcome:
    budget = Limits(**({"cpu_seconds": 2.0, "wall_seconds": 10.0} | limits))  # type: ignore[arg-type]  # all floats
    return sandbox.judge(Job(solution, "f", tests or comparing(), ("test_it",), budget))[0]


def one_by_one(source: str) -> str:
    """The same tests with what they learned thrown away, so that every output is fetched and compared."""
    return source.replace("import differential\n", "import differential\ndifferential.learned.clear()\n")


def told(sandbox: Sandbox, solution: str, tests: str) -> list[tuple[Status, str]]:
    """Status and message, compared by digest and one by one."""
    outcomes = [outcome(sandbox, solution, source) for source in (tests, one_by_one(tests))]
    return [(each.status, each.message) for each in outcomes]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path))
    return tmp_path / "expected"


@given(values, values)
def test_equal_texts_are_equal_values(one: object, other: object) -> None:
    text = batch.text_of(one)
    assert text is not None and batch.is_told_by_text(one)
    assert batch.text_of(batch.value_of(text)) == text  # NaN too, which is not equal to itself
    if repr(one) != repr(other) and one != other:
        assert batch.text_of(other) != text


@given(values)
def test_the_text_does_not_depend_on_who_else_holds_the_value(value: object) -> None:
    assert batch.text_of([value, value]) == batch.text_of([value, batch.value_of(batch.text_of(value) or b"")])


@pytest.mark.parametrize(
    ("one", "other"), [(1, 1.0), (1, True), (0.0, -0.0), ([1], (1,)), ({1}, frozenset({1})), ("1", 1), (None, False)]
)
def test_values_of_other_types_have_other_texts(one: object, other: object) -> None:
    assert batch.text_of(one) != batch.text_of(other)


@pytest.mark.parametrize(
    "value", [Counter(a=1), OrderedDict(), lambda: 1, iter([1]), [range(3)], type("T", (int,), {})(1)]
)
def test_what_is_not_of_built_in_types_has_no_text(value: object) -> None:
    assert batch.text_of(value) is None


@pytest.mark.parametrize("value", [b"x", [bytearray(b"x")], {"a": b""}])
def test_bytes_share_their_text_with_other_types(value: object) -> None:
    assert not batch.is_told_by_text(value)


def test_huge_integers_and_long_texts_are_told() -> None:
    assert batch.text_of(10**50_000) != batch.text_of(10**50_000 + 1)


@pytest.mark.parametrize(
    "reference", ["def f(x):\n    return float('nan')\n", "def f(x):\n    return [float('nan')]\n",
                  "def f(x):\n    return b'x'\n", "def f(x):\n    return iter(x)\n"],
)  # fmt: skip
def test_nothing_is_learned_where_a_digest_cannot_decide(reference: str) -> None:
    assert Differential("n", reference, "f", "[[1]]\n[[2]]").learn() == ""


def test_an_oracle_is_asked_when_it_refuses_the_reference() -> None:
    assert Differential("n", "def f(x):\n    return 0.5\n", "f", "[[1, 2]]", 1e-4, "polynomial_zero").learn() == ""
    assert Differential("n", "def f(x):\n    return -0.5\n", "f", "[[1, 2]]", 1e-4, "polynomial_zero").learn() != ""


SOLUTIONS = {
    "right": REFERENCE,
    "wrong at the end": "def f(x):\n    return x if x != 49 else 0\n",
    "wrong, then raises": "def f(x):\n    if x > 30: raise ValueError(x)\n    return x if x != 29 else 0\n",
    "raises": "def f(x):\n    if x == 17: raise ValueError('no ' + str(x))\n    return x\n",
    "exits": "import sys\ndef f(x):\n    if x == 17: sys.exit(3)\n    return x\n",
    "floats": "def f(x):\n    return float(x)\n",
    "booleans": "def f(x):\n    return bool(x) if x < 2 else x\n",
    "of a subclass": "class I(int): pass\ndef f(x):\n    return I(x)\n",
    "a counter": "from collections import Counter\ndef f(x):\n    return Counter([x])\n",
    "an object": "class Same:\n    def __eq__(self, other): return True\ndef f(x):\n    return Same()\n",
    "a generator": "def f(x):\n    yield x\n",
    "nothing": "def f(x):\n    return None\n",
    "a class of Python": "f = int\n",
    "another class of Python": "f = str\n",
    "cannot be called": "f = 7\n",
    "an instance": "class F:\n    def __call__(self, x): return x\nf = F()\n",
    "is missing": "g = 7\n",
    "too deep": "def f(x):\n    y = []\n    for _ in range(999): y = [y]\n    return y if x == 20 else x\n",
    "bytes": "def f(x):\n    return bytes([x])\n",
    "prints": "def f(x):\n    print(x)\n    return x\n",
}


@pytest.mark.parametrize("name", SOLUTIONS)
def test_verdict_and_message_are_those_of_one_call_at_a_time(unisolated: Sandbox, name: str) -> None:
    batched, exact = told(unisolated, SOLUTIONS[name], comparing())
    assert batched == exact
    passes = ("right", "floats", "booleans", "of a subclass", "a class of Python", "an instance", "prints")
    assert (batched[0] is Status.PASSED) == (name in passes), batched


@pytest.mark.parametrize(
    ("solution", "passes"),
    [
        ("def f(x):\n    return {k: x[k] for k in sorted(x, reverse=True)}\n", True),  # another order
        ("def f(x):\n    x['more'] = 1\n    return {k: x[k] for k in x if k != 'more'}\n", True),  # a copy of the input
        (
            "seen = {}\ndef f(x):\n    seen.clear(); seen.update(x)\n    return seen\n",
            True,
        ),  # one object, changed later
        ("seen = {}\ndef f(x):\n    seen.clear(); seen.update(x, z=0.5)\n    return seen\n", False),
        ("def f(x):\n    return list(x.items())\n", False),
    ],
)
def test_dictionaries(unisolated: Sandbox, solution: str, passes: bool) -> None:
    tests = comparing("def f(x):\n    return dict(x)\n", [[{"a": n, "b": [n]}] for n in range(20)])
    batched, exact = told(unisolated, solution, tests)
    assert batched == exact and (batched[0] is Status.PASSED) == passes


def test_an_output_that_a_later_call_changes_counts_as_it_was(unisolated: Sandbox) -> None:
    tests = comparing("def f(x):\n    return [float(x), 0]\n")
    shared = "out = [0, 0]\ndef f(x):\n    out[0] = x\n    return out\n"  # equal, but of another text
    assert outcome(unisolated, shared, tests).status is Status.PASSED


def test_a_tolerance_that_skipped_floats_turned_on_stays_on(unisolated: Sandbox) -> None:
    reference = "def f(x):\n    return 0.5 if x == 0 else 10**9\n"
    close = "def f(x):\n    return 0.5 if x == 0 else 10**9 + 1\n"
    assert [each[0] for each in told(unisolated, close, comparing(reference))] == [Status.PASSED] * 2
    none = comparing("def f(x):\n    return 10**9\n")
    assert outcome(unisolated, "def f(x):\n    return 10**9 + 1\n", none).status is Status.FAILED


def test_the_first_wrong_input_is_named(unisolated: Sandbox) -> None:
    assert outcome(unisolated, SOLUTIONS["wrong at the end"]).message == "input 50 of 50: f(49) gave 0, expected 49"
    assert outcome(unisolated, SOLUTIONS["raises"]).message == "input 18 of 50: f(17) raised ValueError: no 17"


def test_the_budget_is_for_all_calls_together(unisolated: Sandbox) -> None:
    hangs = "def f(x):\n    while x == 17: pass\n    return x\n"
    assert outcome(unisolated, hangs, cpu_seconds=0.5).status is Status.TIMEOUT
    slow = "def f(x):\n    for _ in range(10**7): pass\n    return x\n"
    assert outcome(unisolated, slow, cpu_seconds=0.5).status is Status.TIMEOUT
    dies = "import os\ndef f(x):\n    if x == 17: os.abort()\n    return x\n"
    assert outcome(unisolated, dies).status is Status.CRASHED


def test_large_outputs_are_answered_in_parts(unisolated: Sandbox) -> None:
    tests = comparing("def f(x):\n    return str(x) * 10**5\n", [[n] for n in range(100, 164)])
    assert outcome(unisolated, "def f(x):\n    return str(x) * 10**5\n", tests).status is Status.PASSED
    wrong = "def f(x):\n    return str(x) * 10**5 + '!' * (x == 160)\n"
    said = outcome(unisolated, wrong, tests)
    assert said.status is Status.FAILED and said.message.startswith("input 61 of 64: f(160) gave '160160")
    assert len(said.message) < 300


LIES = {  # what `batch` answers for 8 calls, of which it makes none
    "too few": "b'', False",
    "half a digest": "bytes(24), False",
    "too many": "bytes(16 * 9), False",
    "all and stopped": "bytes(16 * 8), True",
    "no bytes": "'0' * 128, False",
    "a handle": "object(), False",
    "no pair": "()",
    "nothing": "None",
    "huge": "bytes(10**7), False",
    "zeros": "bytes(16 * 8), False",
    "stops at once": "b'', True",
    "not told whether it stopped": "bytes(16 * 8), 0",
}
LIAR = """
import gc
from batch import Batch
(mine,) = [each for each in gc.get_objects() if type(each) is Batch]
from peer import Peer
(peer,) = [each for each in gc.get_objects() if type(each) is Peer]
peer._operations["batch"] = lambda function, lines: ({})
def f(x):
    return x
"""


@pytest.mark.parametrize("name", LIES)
def test_an_answer_that_is_not_what_was_asked_for_does_not_pass(unisolated: Sandbox, name: str) -> None:
    said = outcome(unisolated, LIAR.format(LIES[name]))
    assert said.status is Status.ERROR, said
    assert outcome(unisolated, REFERENCE).status is Status.PASSED


def test_what_is_learned_is_not_there_for_the_candidate(unisolated: Sandbox) -> None:
    looks = """
import gc, differential
def f(x):
    return x if not differential.learned and x < 30 else 'found' if differential.learned else x
"""
    assert outcome(unisolated, looks).status is Status.PASSED


def test_the_reference_runs_once_and_never_again(cache: Path, tmp_path: Path) -> None:
    tests = comparing("import time\ndef f(x):\n    time.sleep(0.02)\n    return x\n")
    for turn in range(2):  # a new sandbox each time: only the file connects them
        sandbox = open_sandbox("subprocess", 1, allow_unisolated=True)
        try:
            assert outcome(sandbox, REFERENCE, tests).status is Status.PASSED
        finally:
            sandbox.close()
        (file,) = cache.iterdir()
        assert set(json.loads(file.read_text())) == {"only"}
        if turn == 0:
            written = file.stat().st_mtime_ns
    assert file.stat().st_mtime_ns == written


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"only": 3}', '{"only": "?"}', '{"only": "AAAA"}', '{"other": "AAAA"}']
)
def test_a_damaged_file_changes_no_verdict(cache: Path, damage: str) -> None:
    sandbox = open_sandbox("subprocess", 1, allow_unisolated=True)
    outcome(sandbox, REFERENCE)
    sandbox.close()
    (file,) = cache.iterdir()
    file.write_text(damage)
    sandbox = open_sandbox("subprocess", 1, allow_unisolated=True)
    try:
        assert outcome(sandbox, REFERENCE).status is Status.PASSED
        assert outcome(sandbox, SOLUTIONS["wrong at the end"]).status is Status.FAILED
    finally:
        sandbox.close()


def test_a_reference_that_fails_is_told_when_it_is_judged(unisolated: Sandbox) -> None:
    said = outcome(unisolated, REFERENCE, comparing("def f(x):\n    return 1 / x\n"))
    assert (said.status, said.message) == (Status.ERROR, "ZeroDivisionError: division by zero")


def test_tests_are_sent_once_and_forgotten_in_turn() -> None:
    sources = TestsSources("3.11")
    first = sources.message("a" * 9_000_000)
    assert first["source"] == "a" * 9_000_000 and first["learned"] is None
    again = sources.message("a" * 9_000_000)
    assert again == {"key": first["key"], "forget": []}
    assert sources.message("b" * 9_000_000)["forget"] == [first["key"]]
    assert "source" in sources.message("a" * 9_000_000)


def test_what_was_learned_depends_on_the_interpreter(cache: Path) -> None:
    TestsSources("3.11").keep("tests", {"only": "AAAA"})
    assert TestsSources("3.11").message("tests")["learned"] == {"only": "AAAA"}
    assert TestsSources("3.12").message("tests")["learned"] is None
    assert TestsSources("3.11").message("other")["learned"] is None


def mutants(source: str, seed: int) -> list[str]:
    """The program with one operator or number changed, several times."""
    swaps = [(" + ", " - "), (" < ", " <= "), (" > ", " >= "), ("== ", "!= "), (" 0", " 1"), ("return ", "return not ")]
    places = [(at, old, new) for old, new in swaps for at in range(len(source)) if source.startswith(old, at)]
    chosen = random.Random(seed).sample(places, min(3, len(places)))
    return [source[:at] + new + source[at + len(old) :] for at, old, new in chosen]


@pytest.mark.skipif("EVALKIT_DATA" not in os.environ, reason="EVALKIT_DATA names no folder with HumanEval")
@pytest.mark.parametrize("number", [2, 4, 20, 32, 47, 81, 107, 133, 148])
def test_published_tasks_and_their_mutants(unisolated: Sandbox, number: int) -> None:
    task = load_suite("humaneval+").tasks[number]
    body = task.reference[len(task.prompt) :]
    for solution in (task.reference, *(task.prompt + each for each in mutants(body, number))):
        batched = judged(unisolated, task, solution)
        assert batched == judged(unisolated, replace(task, tests_source=one_by_one(task.tests_source)), solution)
        assert (batched == [(Status.PASSED, "")] * 2) or solution != task.reference


def judged(sandbox: Sandbox, task: Task, solution: str) -> list[tuple[Status, str]]:
    plan = tuple(test.name for test in task.tests)
    limits = Limits(cpu_seconds=10.0, wall_seconds=60.0)
    outcomes = sandbox.judge(Job(solution, task.entry_point, task.tests_source, plan, limits))
    return [(each.status, each.message) for each in outcomes]
