"""Whether a task measures what it says: its reference passes, its known-wrongs fail as declared.

Findings are sentences for the author of the task; none means the task is good.
"""

import ast
from collections.abc import Iterator, Sequence
from doctest import DocTestParser, Example

from evalkit.errors import SandboxFailed
from evalkit.types import Job, Judge, KnownWrong, Outcome, Status, Task, Test


def check_task(task: Task, judge: Judge) -> tuple[str, ...]:
    """Findings about one task, static ones first; empty when it is good.

    Has the reference and every known-wrong judged. Raises SandboxFailed when a test stayed
    unscored: that says nothing about the task.
    """
    findings = [*_untested(task), *_examples_missing(task), *_given_away(task)]
    findings += _reference_findings(task, judge)
    for wrong in task.known_wrong:
        findings += _known_wrong_findings(task, wrong, judge)
    return tuple(f"{task.id}: {finding}" for finding in findings)


def _untested(task: Task) -> Iterator[str]:
    tested = {test.requirement for test in task.tests}
    for requirement in task.requirements:
        if requirement.id not in tested:
            yield f"no test checks the requirement {requirement.id!r}."


def prompt_examples(source: str) -> list[Example]:
    """The doctest examples in the docstrings of a prompt, in order."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, documented)]
    docstrings = [ast.get_docstring(node) or "" for node in nodes]
    return [example for text in docstrings for example in DocTestParser().get_examples(text)]


def _examples_missing(task: Task) -> Iterator[str]:
    try:
        examples = prompt_examples(task.prompt)
    except ValueError as error:
        yield f"the prompt has an example that doctest cannot read: {error}."
        return
    if not examples and any(test.example for test in task.tests):  # published suites show what they show
        yield "the prompt shows no example (a line that starts with >>>)."


def _given_away(task: Task) -> Iterator[str]:
    """Asserts of hidden tests that the prompt spells out, as text or as an example with its result."""
    hidden = {test.name for test in task.tests if not test.example}
    shown = {_normal(line) for line in task.prompt.splitlines()} | _shown_results(task.prompt)
    for function in ast.parse(task.tests_source).body:
        if isinstance(function, ast.FunctionDef) and function.name in hidden:
            asserts = [node for node in ast.walk(function) if isinstance(node, ast.Assert)]
            for condition in (ast.unparse(node.test) for node in asserts):
                if condition in shown or f"assert {condition}" in shown:
                    yield f"the hidden test {function.name} is given away: the prompt shows {condition}."


def _shown_results(prompt: str) -> set[str]:
    try:
        examples = prompt_examples(prompt)
    except ValueError:  # reported by _examples_missing
        return set()
    return {_normal(f"{each.source.strip()} == ({each.want.strip()})") for each in examples if each.want}


def _normal(line: str) -> str:
    """A line in the spelling of ast.unparse when it is Python, else as it is."""
    try:
        return ast.unparse(ast.parse(line.strip().removeprefix(">>> ")))
    except (SyntaxError, ValueError):  # prose
        return line


def _judge(task: Task, name: str, solution: str, judge: Judge) -> list[tuple[Test, Outcome]]:
    plan = tuple(test.name for test in task.tests)
    outcomes = judge.judge(Job(solution, task.entry_point, task.tests_source, plan))
    for outcome in outcomes:
        if outcome.status is Status.UNSCORED:
            reason = outcome.message or "no reason given"
            raise SandboxFailed(f"{task.id}: {outcome.test} could not be judged on {name}: {reason}")
    return list(zip(task.tests, outcomes, strict=True))


def _reference_findings(task: Task, judge: Judge) -> Iterator[str]:
    for test, outcome in _judge(task, "the reference", task.reference, judge):
        if outcome.status is not Status.PASSED:
            yield f"the reference does not pass {_told(test, outcome)}"


def _known_wrong_findings(task: Task, wrong: KnownWrong, judge: Judge) -> Iterator[str]:
    name = f"the known-wrong {wrong.name!r}"
    judged = _judge(task, name, wrong.source, judge)
    for test, outcome in judged:
        if outcome.status is not Status.PASSED and test.example:
            yield f"{name} does not pass the example {_told(test, outcome)}"
        elif outcome.status is not Status.PASSED and test.requirement not in wrong.breaks:
            yield f"{name} also fails {_told(test, outcome)}"
    yield from (f"{name} passes every test of {id!r}, which it should break." for id in _kept(wrong, judged))


def _kept(wrong: KnownWrong, judged: Sequence[tuple[Test, Outcome]]) -> list[str]:
    failed = {test.requirement for test, outcome in judged if outcome.status is not Status.PASSED}
    return [requirement for requirement in wrong.breaks if requirement not in failed]


def _told(test: Test, outcome: Outcome) -> str:
    message = " ".join(outcome.message.split())
    shortened = message if len(message) <= 300 else f"{message[:297]}..."
    return f"{test.name} (requirement {test.requirement!r}): {outcome.status}: {shortened or 'no message'}."
