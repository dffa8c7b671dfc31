"""The guide for authors shows a whole task, and that task is as good as the guide says."""

import re
from pathlib import Path

from trusted_sandbox import TrustedSandbox

from evalkit.suites import load_suite
from evalkit.suites.check import check_task
from evalkit.suites.mutants import surviving_mutants

GUIDE = Path(__file__).parents[2] / "docs" / "writing-tasks.md"
SHOWN_FILE = re.compile(r"^`(prices/[\w./]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_worked_example_checks_without_findings_or_hints(tmp_path: Path) -> None:
    for name, text in SHOWN_FILE.findall(GUIDE.read_text(encoding="utf-8")):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (task,) = load_suite(str(tmp_path / "prices")).tasks
    assert {requirement.kind for requirement in task.requirements} == {"stated", "implied"}
    assert check_task(task, TrustedSandbox(), repeats=2) == ()
    assert list(surviving_mutants(task, TrustedSandbox())) == []
