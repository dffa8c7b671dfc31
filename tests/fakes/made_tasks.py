"""Tasks made of a few lines, for the tests of identifier styles."""

import re
import textwrap

from trusted_sandbox import TrustedSandbox

from evalkit.identifiers import rename_task
from evalkit.types import Job, Status, Task


def make(prompt: str, reference: str = "", tests: str = "", keep: tuple[str, ...] = ()) -> Task:
    prompt, reference, tests = map(textwrap.dedent, (prompt, reference, tests))
    entry_point = re.findall(r"^(?:def|class) (\w+)", prompt, re.MULTILINE)[-1]
    return Task("s/t", entry_point, prompt, tests, (), (), reference or prompt, (), keep=keep)


def camel(task: Task) -> Task:
    return rename_task(task, "camelCase")


def passes(task: Task) -> None:
    plan = tuple(re.findall(r"^def (test_\w+)", task.tests_source, re.MULTILINE))
    outcomes = TrustedSandbox().judge(Job(task.reference, task.entry_point, task.tests_source, plan))
    assert [outcome for outcome in outcomes if outcome.status is not Status.PASSED] == []
