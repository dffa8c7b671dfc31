"""evalkit's own JSON lines: functions with tests or cases, and programs. Described in docs/datasets.md.

{"id", "prompt", "entry_point", "tests"}                      a test file as in a task's folder, marks left out
{"id", "prompt", "entry_point", "cases": [{"arguments", "result"}]}
{"id", "statement", "cases": [{"stdin", "stdout"}]}            a program
Optional: "reference", "title", "tags", "judging", and "example" in a case.
"""

import ast
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from evalkit.suites.cases import Case, case_task, output_case, result_case, statement_prompt
from evalkit.suites.lines import Line
from evalkit.types import Requirement, Task, Test

Text = Annotated[str, StringConstraints(min_length=1)]
TESTED = Requirement("behaves-as-tested", "Behaves as its tests say.", "stated")
_RULE = "exact"


class CaseEntry(BaseModel, extra="forbid", frozen=True):
    """One item of `cases`."""

    arguments: list[Any] | None = Field(None, description="a list of arguments")
    result: Any = Field(None, description="what the function gives")
    stdin: str | None = Field(None, description="text: what the program reads")
    stdout: str | None = Field(None, description="text: what the program prints")
    example: bool = Field(False, description="true or false: whether the prompt shows it")


class PlainTask(BaseModel, extra="forbid", frozen=True):
    """The keys of a line. The descriptions end up in error messages."""

    id: Text = Field(description="text that is not empty")
    prompt: Text | None = Field(None, description="text: source that ends after the docstring of what is to be written")
    statement: Text | None = Field(None, description="text: what a program is to do, in words")
    entry_point: str = Field("", pattern=r"^([^\W\d]\w*)?$", description="the name of a function or class")
    tests: Text | None = Field(None, description="text: the source of test functions")
    cases: tuple[CaseEntry, ...] = Field((), description="a list of cases")
    reference: str = Field("", description="text: a program that is right")
    title: str = Field("", description="text")
    tags: tuple[Text, ...] = Field((), description="a list of words")
    judging: Literal["separate", "shared"] = Field("separate", description="separate or shared")


def plain_task(line: Line) -> Task:
    """The task in a line. Raises TaskError."""
    entry = _entry(line)
    if entry.reference:
        line.source("reference")
    if entry.statement is not None:
        if entry.prompt is not None or entry.entry_point or entry.tests is not None:
            raise line.error(
                "a program has 'statement' and 'cases'; 'prompt', 'entry_point' and 'tests' are a function's"
            )
        return _case_task(line, entry, statement_prompt(entry.statement, ""), _output_cases(line, entry))
    if entry.prompt is None or not entry.entry_point:
        raise line.error("needs 'prompt' and 'entry_point' (a function), or 'statement' (a program)")
    line.source("prompt")
    if (entry.tests is None) == (not entry.cases):
        raise line.error("needs either 'tests' or 'cases'")
    return _tested(line, entry) if entry.tests else _case_task(line, entry, entry.prompt, _result_cases(line, entry))


def _entry(line: Line) -> PlainTask:
    try:
        return PlainTask.model_validate(line.fields)
    except ValidationError as error:
        details = error.errors(include_url=False)[0]
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in details["loc"])[1:]
    if details["type"] == "extra_forbidden":
        raise line.error(f"unknown key {place!r}")
    raise line.error(f"{place!r}: {details['msg'].lower()}")


def _case_task(line: Line, entry: PlainTask, prompt: str, cases: list[Case]) -> Task:
    if not cases:
        raise line.error("'cases' is empty")
    return case_task(entry.id, prompt, entry.entry_point, cases, entry.reference, entry.title, entry.tags)


def _output_cases(line: Line, entry: PlainTask) -> list[Case]:
    for number, each in enumerate(entry.cases):
        if each.stdin is None or each.stdout is None or "arguments" in each.model_fields_set:
            raise line.error(f"'cases[{number}]' must have 'stdin' and 'stdout'")
    return [output_case(str(each.stdin), str(each.stdout), _RULE, each.example) for each in entry.cases]


def _result_cases(line: Line, entry: PlainTask) -> list[Case]:
    for number, each in enumerate(entry.cases):
        if not {"arguments", "result"} <= each.model_fields_set or each.stdin is not None or each.arguments is None:
            raise line.error(f"'cases[{number}]' must have 'arguments' and 'result'")
    name = entry.entry_point
    return [result_case(name, each.arguments or (), each.result, _RULE, each.example) for each in entry.cases]


def _tested(line: Line, entry: PlainTask) -> Task:
    source, prompt = line.source("tests"), str(entry.prompt)
    names = [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    if not names:
        raise line.error("'tests' has no functions named test_...")
    if len(set(names)) < len(names):
        raise line.error("'tests' defines a test twice")
    tests = tuple(Test(name, TESTED.id, example=False) for name in names)
    return Task(
        entry.id, entry.entry_point, prompt, source, (TESTED,), tests, entry.reference, (), entry.title, entry.tags,
        judging=entry.judging,
    )  # fmt: skip
