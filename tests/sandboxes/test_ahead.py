"""Calls that are sent before the test makes them change nothing but the time."""

import ast

import pytest

from evalkit.sandboxes.subprocess import SubprocessSandbox
from evalkit.types import Job, Limits, Status


def calls_of(source: str) -> tuple[tuple[object, ...], ...]:
    from ahead import calls_ahead

    return calls_ahead(ast.parse(source), source).get("check", ())


@pytest.fixture
def check(unisolated: SubprocessSandbox):
    def run(solution: str, *lines: str, before: str = ""):
        tests = f"{before}def check(candidate):\n" + "".join(f"    {line}\n" for line in lines)
        limits = Limits(cpu_seconds=0.5, wall_seconds=6.0)
        (outcome,) = unisolated.judge(Job(solution, "f", tests, ("check",), limits))
        return outcome

    return run


def test_finds_the_calls_in_the_order_in_which_they_are_made():
    assert calls_of(
        'def check(candidate):\n    """Text."""\n    assert candidate(1, [2]) == 3, "said"\n'
        "    assert abs(candidate(-1.5) - candidate('x')) < 1e-6\n    got = candidate({'a': (None, True)})\n"
    ) == ((1, [2]), (-1.5,), ("x",), ({"a": (None, True)},))


@pytest.mark.parametrize("break_", ["", "\n"])
def test_no_more_is_sent_ahead_than_fits_into_a_socket(break_: str):
    call = f"    candidate({break_}{'x' * 9000!r})\n"
    assert calls_of(f"def check(candidate):\n{call}") == (("x" * 9000,),)
    assert calls_of(f"def check(candidate):\n{call * 2}") == (("x" * 9000,),)


@pytest.mark.parametrize(
    "line",
    [
        "assert candidate(3) or candidate(4)",
        "assert candidate(3) if candidate(4) else candidate(5)",
        "assert 1 < candidate(3) < candidate(4)",
        "assert [candidate(x) for x in (3, 4)]",
        "assert list(map(candidate, [3, 4]))",
        "assert candidate(candidate(3))",
        "assert candidate(x=3)",
        "assert candidate(*[3])",
        "assert candidate(sum([1, 2]))",
        "for x in (3, 4): candidate(x)",
        "candidate = len",
        "del candidate",
    ],
)
def test_stops_where_it_cannot_tell_which_calls_follow(line):
    assert calls_of(f"def check(candidate):\n    candidate(1)\n    candidate(2)\n    {line}\n    candidate(9)\n") == (
        (1,),
        (2,),
    )


def test_only_for_tests_that_get_the_solution_as_their_argument():
    assert calls_of("def check():\n    candidate(1)\n    candidate(2)\n") == ()
    assert calls_of("def check(candidate, other):\n    candidate(1)\n    candidate(2)\n") == ()


def test_a_solution_with_memory_sees_each_call_once_and_in_order(check):
    solution = "seen = []\ndef f(x):\n    seen.append(x)\n    return list(seen)\n"
    outcome = check(
        solution, "assert candidate(1) == [1]", "assert candidate(2) == [1, 2]", "assert candidate(3) == [1, 2, 3]"
    )
    assert outcome.status == Status.PASSED, outcome


def test_the_entry_point_is_the_one_that_the_test_was_given(check):
    solution = "def f(x):\n    global f\n    f = None\n    return x\n"
    outcome = check(solution, "assert candidate(1) == 1", "assert candidate(2) == 2", "assert candidate(3) == 3")
    assert outcome.status == Status.PASSED, outcome


def test_a_solution_without_the_entry_point(check):
    outcome = check("def g(x):\n    return x\n", "assert candidate(1) == 1", "assert candidate(2) == 2")
    assert outcome.status == Status.ERROR and "no attribute 'f'" in outcome.message


def test_what_comes_after_a_failed_assertion_does_not_count(check):
    """The solution is ahead of the test: it may be in the middle of a call that the test never made."""
    for then in ("while True: pass", "import os; os._exit(3)", "import os; os.abort()", "print('x' * 50_000_000)"):
        solution = f"def f(x):\n    if x == 2:\n        {then}\n    return 0\n"
        outcome = check(solution, "assert candidate(1) == 1", "assert candidate(2) == 2", "assert candidate(3) == 3")
        assert (outcome.status, outcome.message) == (Status.FAILED, "assertion failed in line 2 of the tests"), then


def test_a_test_that_made_the_call_gets_its_end(check):
    solution = "def f(x):\n    if x == 2:\n        while True: pass\n    return x\n"
    outcome = check(solution, "assert candidate(1) == 1", "assert candidate(2) == 2", "assert candidate(3) == 3")
    assert outcome.status == Status.TIMEOUT


def test_arguments_changed_in_place_and_objects_as_results(check):
    outcome = check(
        "def f(x):\n    x.append(len(x))\n    return (y for y in x)\n",
        "assert list(candidate([5])) == [5, 1]",  # asks for items in between: not what was sent
        "assert list(candidate([6])) == [6, 1]",
        "row = [7]",
        "candidate(row)",
        "assert row == [7, 1]",
    )
    assert outcome.status == Status.PASSED, outcome


def test_a_call_of_what_a_call_gave_is_no_call_of_the_solution(check):
    """Though it has the arguments that the next call of the solution has."""
    outcome = check(
        "def f(x):\n    return lambda y: 10 * x + y\n",
        "assert candidate(1)(2) == 12",
        "assert candidate(2)(3) == 23",
        "assert candidate(3)(4) == 34",
    )
    assert outcome.status == Status.PASSED, outcome


def test_a_test_that_hides_the_disorder_is_still_run_in_order(check):
    """Its helper catches everything, also that it asked for items where a call was expected."""
    outcome = check(
        "made = []\ndef f(x):\n    made.append(x)\n    return iter(list(made))\n",
        "first = items(candidate(1))",
        "second = items(candidate(2))",
        "third = items(candidate(3))",
        "assert [first, second, third] == [[1], [1, 2], [1, 2, 3]]",
        before="def items(x):\n    try:\n        return list(x)\n    except BaseException:\n        return []\n",
    )
    assert outcome.status == Status.PASSED, outcome


def test_more_arguments_than_fit_at_once(check):
    lines = [f"assert candidate({'x' * 900!r}, {n}) == {n}" for n in range(100)]
    assert check("def f(text, n):\n    return n\n", *lines).status == Status.PASSED
