"""Whether a task measures what it says: its reference passes, its known-wrongs fail as declared.

Findings are sentences for the author of the task; none means the task is good.
"""

import ast
import random
from collections.abc import Iterator, Sequence
from doctest import DocTestParser, Example
from typing import TypeGuard

from evalkit.errors import SandboxFailed
from evalkit.suites.parsing import parse
from evalkit.types import Job, Judge, KnownWrong, Outcome, Status, Task, Test


def check_task(task: Task, judge: Judge, repeats: int = 1, wrong_repeats: int | None = None) -> tuple[str, ...]:
    """Findings about one task, static ones first; empty when it is good.

    Has the reference judged `repeats` times and every known-wrong `wrong_repeats` times (None: as often as the
    reference), each time with the tests in another order.
    Raises SandboxFailed when a test stayed unscored: that says nothing about the task.
    """
    if not task.reference:
        return (f"{task.id}: has no reference solution, so nothing can be checked.",)
    findings = [*_untested(task), *_unbroken(task), *_examples_missing(task), *_given_away(task)]
    findings += _reference_findings(task, judge, repeats)
    for wrong in task.known_wrong:
        findings += _known_wrong_findings(task, wrong, judge, repeats if wrong_repeats is None else wrong_repeats)
    return tuple(f"{task.id}: {finding}" for finding in findings)


def _untested(task: Task) -> Iterator[str]:
    tested = {test.requirement for test in task.tests}
    for requirement in task.requirements:
        if requirement.id not in tested:
            yield f"no test checks the requirement {requirement.id!r}."


def _unbroken(task: Task) -> Iterator[str]:
    """Requirements that no known-wrong breaks: whether their tests can fail is not known.

    What only examples check cannot be broken, since a known-wrong passes those; published suites have none at all.
    """
    hidden = {test.requirement for test in task.tests if not test.example}
    broken = {requirement for wrong in task.known_wrong for requirement in wrong.breaks}
    for requirement in task.requirements if task.known_wrong else ():
        if requirement.id in hidden - broken:
            yield f"no known-wrong breaks the requirement {requirement.id!r}."


def prompt_examples(source: str) -> list[Example]:
    """The doctest examples in the docstrings of a prompt, in order."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    nodes = [node for node in ast.walk(parse(source)) if isinstance(node, documented)]
    docstrings = [ast.get_docstring(node) or "" for node in nodes]
    return [example for text in docstrings for example in DocTestParser().get_examples(text)]


def _examples_missing(task: Task) -> Iterator[str]:
    """Nothing where the prompt asks in words, which show examples in a form of their own."""
    if not any(getattr(node, "name", None) == task.entry_point for node in parse(task.prompt).body):
        return
    try:
        examples = prompt_examples(task.prompt)
    except ValueError as error:
        yield f"the prompt has an example that doctest cannot read: {error}."
        return
    if not examples and any(test.example for test in task.tests):  # published suites show what they show
        yield "the prompt shows no example (a line that starts with >>>)."


def _given_away(task: Task) -> Iterator[str]:
    """What hidden tests expect and the prompt spells out, as text or as an example with its result."""
    texts = (task.prompt, task.context, *(document.text for document in task.documents))
    shown = {_normal(line) for text in texts for line in text.splitlines()} | _shown_results(task.prompt)
    functions = [node for node in parse(task.tests_source).body if isinstance(node, ast.FunctionDef)]
    example_names = {test.name for test in task.tests if test.example}
    examples = {_body(function): function.name for function in functions if function.name in example_names}
    hidden = {test.name for test in task.tests} - example_names
    for function in (each for each in functions if each.name in hidden):
        for expectation in _expectations(function):
            if expectation in shown or f"assert {expectation}" in shown:
                yield f"the hidden test {function.name} is given away: the prompt shows {expectation}."
        if _body(function) in examples:
            yield f"the hidden test {function.name} does the same as the example {examples[_body(function)]}."


def _expectations(function: ast.FunctionDef) -> Iterator[str]:
    """Conditions of asserts, and the calls that are to raise, written as `_shown_results` writes them.

    A call without a literal says nothing by itself: `pool.acquire()` raises or not by what was done before.
    """
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            yield ast.unparse(node.test)
        elif _expects_error(node) and any(isinstance(part, ast.Constant) for part in ast.walk(node.body[-1])):
            yield f"{ast.unparse(node.body[-1])} raises"


def _expects_error(node: ast.AST) -> TypeGuard[ast.With]:
    return isinstance(node, ast.With) and ast.unparse(node.items[0]).startswith("pytest.raises(")


def _body(function: ast.FunctionDef) -> str:
    return "\n".join(map(ast.unparse, function.body))


def _shown_results(prompt: str) -> set[str]:
    try:
        examples = prompt_examples(prompt)
    except ValueError:  # reported by _examples_missing
        return set()
    raising = {f"{_normal(each.source)} raises" for each in examples if each.exc_msg}
    return raising | {_normal(f"{each.source.strip()} == ({each.want.strip()})") for each in examples if each.want}


def _normal(line: str) -> str:
    """A line in the spelling of ast.unparse when it is Python, else as it is."""
    try:
        return ast.unparse(parse(line.strip().removeprefix(">>> ")))
    except (SyntaxError, ValueError):  # prose
        return line


Judged = list[tuple[Test, Outcome]]


def _judge(task: Task, name: str, solution: str, judge: Judge, tests: Sequence[Test]) -> Judged:
    """Each test with its outcome, in the order of `tests`."""
    plan = tuple(test.name for test in tests)
    job = Job(solution, task.entry_point, task.tests_source, plan, judging=task.judging, packages=task.packages)
    outcomes = judge.judge(job)
    for outcome in outcomes:
        if outcome.status is Status.UNSCORED:
            reason = outcome.message or "no reason given"
            raise SandboxFailed(f"{task.id}: {outcome.test} could not be judged on {name}: {reason}")
    return list(zip(tests, outcomes, strict=True))


def _unsteady(task: Task, name: str, solution: str, judge: Judge, first: Judged, repeats: int) -> Iterator[str]:
    """Tests that end otherwise than at first when they run again, in another order."""
    expected, told = {test.name: outcome.status for test, outcome in first}, set()
    for number in range(1, repeats):
        tests = random.Random(number).sample(task.tests, len(task.tests))
        for test, outcome in _judge(task, name, solution, judge, tests):
            if outcome.status is not expected[test.name] and test.name not in told:
                told.add(test.name)
                changed = f"{expected[test.name]} at first, {outcome.status} in repeat {number + 1}"
                yield f"{test.name} is not deterministic on {name}: {changed}, in another order."


def _reference_findings(task: Task, judge: Judge, repeats: int) -> Iterator[str]:
    judged = _judge(task, "the reference", task.reference, judge, task.tests)
    for test, outcome in judged:
        if outcome.status is not Status.PASSED:
            yield f"the reference does not pass {_told(test, outcome)}"
    yield from _unsteady(task, "the reference", task.reference, judge, judged, repeats)


def _known_wrong_findings(task: Task, wrong: KnownWrong, judge: Judge, repeats: int) -> Iterator[str]:
    name = f"the known-wrong {wrong.name!r}"
    judged = _judge(task, name, wrong.source, judge, task.tests)
    for test, outcome in judged:
        if outcome.status is not Status.PASSED and test.example:
            yield f"{name} does not pass the example {_told(test, outcome)}"
        elif outcome.status is not Status.PASSED and test.requirement not in wrong.breaks:
            yield f"{name} also fails {_told(test, outcome)}"
    yield from (f"{name} passes every test of {id!r}, which it should break." for id in _kept(wrong, judged))
    yield from _unsteady(task, name, wrong.source, judge, judged, repeats)


def _kept(wrong: KnownWrong, judged: Judged) -> list[str]:
    failed = {test.requirement for test, outcome in judged if outcome.status is not Status.PASSED}
    return [requirement for requirement in wrong.breaks if requirement not in failed]


def _told(test: Test, outcome: Outcome) -> str:
    message = " ".join(outcome.message.split())
    shortened = message if len(message) <= 300 else f"{message[:297]}..."
    return f"{test.name} (requirement {test.requirement!r}): {outcome.status}: {shortened or 'no message'}."
