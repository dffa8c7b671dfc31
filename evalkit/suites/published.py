"""Published data sets as suites: which format a file is of, and its tasks."""

from collections.abc import Callable
from pathlib import Path

from evalkit.errors import TaskError
from evalkit.suites.evalplus import humaneval_plus_task, mbpp_plus_task
from evalkit.suites.humaneval import humaneval_task
from evalkit.suites.jsonl import SUFFIXES
from evalkit.suites.lines import Line, lines_of
from evalkit.types import Suite, Task

Reader = tuple[str, Callable[[Line], Task]]
"""The title of a format's suites, and what reads its lines."""


def read_published(path: Path, name: str = "") -> Suite:
    """The suite in a .jsonl or .jsonl.gz file of any known format, called `name` or like the file. Raises TaskError."""
    tasks: dict[str, Task] = {}
    reader: Reader | None = None
    for line in lines_of(path):
        reader = reader or _reader(line)
        task = reader[1](line)
        if task.id in tasks:
            raise line.error(f"the task {task.id!r} is there twice")
        tasks[task.id] = task
    if reader is None:
        raise TaskError(path, "holds no tasks")
    return Suite(name or _stem(path), reader[0], tuple(tasks.values()))


def _reader(line: Line) -> Reader:
    if "base_input" in line.fields:
        return ("MBPP+", mbpp_plus_task) if "assertion" in line.fields else ("HumanEval+", humaneval_plus_task)
    if "test" in line.fields:
        return "HumanEval", humaneval_task
    found = ", ".join(sorted(line.fields)) or "none"
    raise line.error(f"is neither HumanEval (key 'test') nor HumanEval+ (key 'base_input'); its keys: {found}")


def _stem(path: Path) -> str:
    return next((path.name.removesuffix(each) for each in reversed(SUFFIXES) if path.name.endswith(each)), path.stem)
