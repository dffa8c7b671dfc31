"""A small valid suite to break, and a sandbox that trusts its task's code."""

import json
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from evalkit.sandboxes import open_sandbox
from evalkit.suites import load_suite
from evalkit.types import Job, Limits, Outcome, Sandbox, Suite, Task

SuiteOf = Callable[..., Suite]
JudgeTask = Callable[[Task, str], list[Outcome]]

FILES = {
    "suite.yaml": """\
        title: Small suite
        tasks: [halve]
        """,
    "halve/task.yaml": """\
        title: Halve a number
        entry_point: halve
        tags: [easy]
        requirements:
          - {id: halves, kind: stated, text: "It halves."}
          - {id: refuses-text, kind: implied, text: "Text is refused."}
        known_wrong:
          - file: wrong/rounds.py
            breaks: [halves]
            why: "Loses the rest."
          - file: wrong/takes_text.py
            breaks: [refuses-text]
            why: "Text slips through."
        """,
    "halve/prompt.py": '''\
        def halve(number):
            """Half of `number`.

            >>> halve(4)
            2.0
            """
        ''',
    "halve/tests.py": """\
        import pytest
        from solution import halve


        @pytest.mark.requirement("halves")
        @pytest.mark.example
        def test_even():
            assert halve(4) == 2.0


        @pytest.mark.requirement("halves")
        def test_odd():
            assert halve(5) == 2.5


        @pytest.mark.requirement("refuses-text")
        def test_text():
            with pytest.raises(TypeError):
                halve("4")
        """,
    "halve/reference.py": "def halve(number):\n    return number / 2\n",
    "halve/wrong/rounds.py": "def halve(number):\n    return number // 2 * 1.0\n",
    "halve/wrong/takes_text.py": "def halve(number):\n    return float(number) / 2\n",
}


@pytest.fixture
def suite_folder(tmp_path: Path) -> Path:
    """A valid suite named `small`."""
    return write_files(tmp_path / "small", FILES)


def write_files(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return folder


@pytest.fixture
def suite_of(tmp_path: Path) -> SuiteOf:
    """suite_of(line, ...) -> the suite in a file `mine.jsonl` of these lines."""

    def load(*lines: object) -> Suite:
        path = tmp_path / "mine.jsonl"
        path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
        return load_suite(str(path))

    return load


@pytest.fixture(scope="session")
def plain_sandbox() -> Iterator[Sandbox]:
    """Judge and candidate as plain processes."""
    sandbox = open_sandbox("subprocess", 1, allow_unisolated=True)
    yield sandbox
    sandbox.close()


@pytest.fixture
def judge_task(plain_sandbox: Sandbox) -> JudgeTask:
    """judge_task(task, solution) -> one outcome per test of the task."""

    def judge(task: Task, solution: str) -> list[Outcome]:
        plan, limits = tuple(test.name for test in task.tests), Limits(cpu_seconds=20.0, wall_seconds=100.0)
        job = Job(solution, task.entry_point, task.tests_source, plan, limits, task.judging)
        return list(plain_sandbox.judge(job))

    return judge
