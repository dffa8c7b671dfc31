"""What tests of the judge say in one line: these tests pass, and what became of this one."""

from evalkit.types import Status


def passes(judge, solution, tests, **limits):
    outcomes = judge(solution, tests, **limits)
    assert {name: outcome.status for name, outcome in outcomes.items()} == dict.fromkeys(outcomes, Status.PASSED), (
        outcomes
    )


def one(judge, solution, body, before="", **limits):
    """The outcome of a single test with that body."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    tests = f"import pytest\nimport solution\nfrom solution import f\n{before}\n\ndef test_it():\n{lines}"
    return judge(solution, tests, "test_it", **limits)["test_it"]
