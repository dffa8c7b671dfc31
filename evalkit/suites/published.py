"""Published data sets as suites: which format a file is of, and its tasks."""

from collections.abc import Callable
from pathlib import Path

from evalkit.errors import TaskError
from evalkit.suites.apps import apps_task
from evalkit.suites.bigcodebench import bigcodebench_task
from evalkit.suites.evalplus import humaneval_plus_task, mbpp_plus_task
from evalkit.suites.humaneval import humaneval_task
from evalkit.suites.jsonl import SUFFIXES
from evalkit.suites.lines import Line, lines_of
from evalkit.suites.livecodebench import livecodebench_task
from evalkit.suites.mbpp import mbpp_task
from evalkit.suites.plain import plain_task
from evalkit.types import Suite, Task

Reader = tuple[str, Callable[[Line], Task]]
"""The title of a format's suites, and what reads its lines."""


def read_published(path: Path, name: str = "") -> Suite:
    """The suite in a file of any known format, called `name` or like the file. Raises TaskError."""
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


# A format is known by keys that only its lines have, looked for in this order.
_FORMATS: tuple[tuple[frozenset[str], Reader], ...] = (
    (frozenset({"base_input", "assertion"}), ("MBPP+", mbpp_plus_task)),
    (frozenset({"base_input"}), ("HumanEval+", humaneval_plus_task)),
    (frozenset({"complete_prompt", "test"}), ("BigCodeBench", bigcodebench_task)),
    (frozenset({"test_list"}), ("MBPP", mbpp_task)),
    (frozenset({"public_test_cases"}), ("LiveCodeBench", livecodebench_task)),
    (frozenset({"input_output", "question"}), ("APPS", apps_task)),
    (frozenset({"task_id", "test"}), ("HumanEval", humaneval_task)),
    (frozenset({"id"}), ("Tasks", plain_task)),
)


def _reader(line: Line) -> Reader:
    for keys, reader in _FORMATS:
        if keys <= line.fields.keys():
            return reader
    found = ", ".join(sorted(line.fields)) or "none"
    known = ", ".join(f"{reader[0]} ({', '.join(sorted(keys))})" for keys, reader in _FORMATS)
    told = "is neither HumanEval (key 'test') nor HumanEval+ (key 'base_input')"
    raise line.error(f"{told}; its keys: {found}. Known formats, with keys that tell them: {known}")


def _stem(path: Path) -> str:
    return next((path.name.removesuffix(each) for each in reversed(SUFFIXES) if path.name.endswith(each)), path.stem)
