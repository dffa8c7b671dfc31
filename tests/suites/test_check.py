"""What `check_task` finds in a task whose solutions do not behave as declared."""

from dataclasses import replace
from pathlib import Path

import pytest
from trusted_sandbox import TrustedSandbox

from evalkit.errors import SandboxFailed
from evalkit.suites import load_suite
from evalkit.suites.check import check_task
from evalkit.types import Job, KnownWrong, Outcome, Requirement, Status, Task


@pytest.fixture
def task(suite_folder: Path) -> Task:
    return load_suite(str(suite_folder)).tasks[0]


def findings(task: Task) -> tuple[str, ...]:
    return check_task(task, TrustedSandbox())


def test_a_good_task_has_no_findings(task: Task) -> None:
    assert findings(task) == ()


def test_every_solution_is_judged_on_every_test(task: Task) -> None:
    sandbox = TrustedSandbox()
    check_task(task, sandbox)
    sources = [task.reference, *(wrong.source for wrong in task.known_wrong)]
    assert [job.solution for job in sandbox.jobs] == sources
    assert {job.plan for job in sandbox.jobs} == {("test_even", "test_odd", "test_text")}


def test_a_reference_that_fails_is_told_with_its_message(task: Task) -> None:
    broken = replace(task, reference="def halve(number):\n    return 1 / 0\n")
    assert findings(broken)[0] == (
        "small/halve: the reference does not pass test_even (requirement 'halves'): "
        "error: ZeroDivisionError: division by zero."
    )
    assert len(findings(broken)) == 3


def test_a_known_wrong_must_pass_the_examples(task: Task) -> None:
    wrong = KnownWrong("always_zero", "def halve(number):\n    return number % 1\n", ("halves",), "")
    (finding,) = findings(replace(task, known_wrong=(*task.known_wrong, wrong)))
    assert finding.startswith("small/halve: the known-wrong 'always_zero' does not pass the example test_even (")


def test_a_known_wrong_must_fail_what_it_breaks(task: Task) -> None:
    wrong = replace(task.known_wrong[0], breaks=("halves", "refuses-text"))
    assert findings(replace(task, known_wrong=(wrong,))) == (
        "small/halve: the known-wrong 'rounds' passes every test of 'refuses-text', which it should break.",
    )


def test_a_known_wrong_must_pass_everything_else(task: Task) -> None:
    source = "def halve(number):\n    return float(number) // 2\n"
    wrong = KnownWrong("both", source, ("halves",), "")
    (finding,) = findings(replace(task, known_wrong=(*task.known_wrong, wrong)))
    assert finding.startswith("small/halve: the known-wrong 'both' also fails test_text (requirement 'refuses-text'): ")


def test_an_untested_requirement_is_found(task: Task) -> None:
    more = (*task.requirements, Requirement("fast", "It is fast.", "implied"))
    assert findings(replace(task, requirements=more)) == ("small/halve: no test checks the requirement 'fast'.",)


def test_a_prompt_without_examples_is_found(task: Task) -> None:
    silent = replace(task, prompt='def halve(number):\n    """Half of it."""\n')
    assert findings(silent) == ("small/halve: the prompt shows no example (a line that starts with >>>).",)


def test_an_example_that_doctest_cannot_read_is_found(task: Task) -> None:
    (finding,) = findings(replace(task, prompt='def halve(number):\n    """Half.\n\n    >>>halve(4)\n    """\n'))
    assert finding.startswith("small/halve: the prompt has an example that doctest cannot read: ")


@pytest.mark.parametrize(
    "given_away",
    [">>> halve(5)\n    2.5", ">>> halve( 5 )\n    2.50", ">>> assert halve(5) == 2.5", "halve(5) == 2.5"],
)
def test_a_hidden_assert_that_the_prompt_spells_out_is_found(task: Task, given_away: str) -> None:
    prompt = task.prompt.replace(">>> halve(4)\n    2.0", f">>> halve(4)\n    2.0\n    {given_away}")
    (finding,) = findings(replace(task, prompt=prompt))
    assert finding == "small/halve: the hidden test test_odd is given away: the prompt shows halve(5) == 2.5."


def test_another_result_of_the_same_call_gives_nothing_away(task: Task) -> None:
    prompt = task.prompt.replace(">>> halve(4)\n    2.0", ">>> halve(4)\n    2.0\n    >>> halve(5)\n    ...")
    assert findings(replace(task, prompt=prompt)) == ()


def test_a_hidden_error_that_the_prompt_shows_is_found(task: Task) -> None:
    shown = '>>> halve("4")\n    Traceback (most recent call last):\n        ...\n    TypeError: text\n'
    prompt = task.prompt.replace(">>> halve(4)\n    2.0", f">>> halve(4)\n    2.0\n    {shown}")
    assert findings(replace(task, prompt=prompt)) == (
        "small/halve: the hidden test test_text is given away: the prompt shows halve('4') raises.",
    )


def test_a_hidden_test_that_repeats_an_example_is_found(task: Task) -> None:
    tests = task.tests_source.replace("halve(5) == 2.5", "halve(4) == 2.0")
    assert findings(replace(task, tests_source=tests))[-2] == (
        "small/halve: the hidden test test_odd does the same as the example test_even."
    )


def test_a_requirement_that_no_known_wrong_breaks_is_found(task: Task) -> None:
    assert findings(replace(task, known_wrong=task.known_wrong[:1])) == (
        "small/halve: no known-wrong breaks the requirement 'refuses-text'.",
    )


def test_a_requirement_that_only_examples_check_cannot_be_broken(task: Task) -> None:
    (even, _, text), (_, takes_text) = task.tests, task.known_wrong
    tests = (even, replace(text, name="test_text"))
    source = task.tests_source.replace("def test_odd", "def odd")
    assert findings(replace(task, tests=tests, tests_source=source, known_wrong=(takes_text,))) == ()


def test_a_published_task_needs_no_known_wrongs(task: Task) -> None:
    assert findings(replace(task, known_wrong=())) == ()


class ForgetfulSandbox(TrustedSandbox):
    """Lets the test `test_odd` fail whenever it does not come second, as one that needs what another left does."""

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        outcomes = super().judge(job)
        if job.plan[1] == "test_odd":
            return outcomes
        return tuple(replace(each, status=Status.FAILED) if each.test == "test_odd" else each for each in outcomes)


def test_a_test_that_depends_on_the_order_is_found_once(task: Task) -> None:
    assert check_task(task, ForgetfulSandbox()) == ()
    on_reference, on_wrong = check_task(task, ForgetfulSandbox(), repeats=9)
    assert on_reference.startswith(
        "small/halve: test_odd is not deterministic on the reference: passed at first, failed in repeat "
    )
    assert on_wrong.startswith("small/halve: test_odd is not deterministic on the known-wrong 'takes_text': ")


def test_repeats_judge_every_solution_in_several_orders(task: Task) -> None:
    sandbox = TrustedSandbox()
    assert check_task(task, sandbox, repeats=9) == ()
    plans = [job.plan for job in sandbox.jobs if job.solution == task.reference]
    assert len(plans) == 9
    assert len(set(plans)) > 1
    assert len(sandbox.jobs) == 27


class FailingSandbox(TrustedSandbox):
    """Scores nothing, or breaks."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self._error = error

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        if self._error:
            raise self._error
        return tuple(Outcome(name, Status.UNSCORED, "engine died") for name in job.plan)


def test_an_unscored_outcome_is_the_sandboxs_failure_and_no_finding(task: Task) -> None:
    with pytest.raises(
        SandboxFailed, match=r"small/halve: test_even could not be judged on the reference: engine died"
    ):
        check_task(task, FailingSandbox())


def test_a_failure_of_the_sandbox_passes_through(task: Task) -> None:
    with pytest.raises(SandboxFailed, match=r"^no space left$"):
        check_task(task, FailingSandbox(SandboxFailed("no space left")))
