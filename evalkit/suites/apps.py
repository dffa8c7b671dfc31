"""APPS's problems as JSON lines: programs that read standard input, and functions.

{"problem_id" or "id", "question", "solutions", "input_output", "difficulty", "starter_code"}: "solutions" (a list of
programs, the first is the reference) and "input_output" ({"inputs", "outputs", "fn_name" for functions}) are JSON in
text. Which cases the statement shows is not known.
"""

from collections.abc import Iterator
from typing import Any

from evalkit.suites.cases import PRELUDE, Case, case_task, declared_prompt, output_case, result_case, statement_prompt
from evalkit.suites.lines import Line
from evalkit.types import Task

_RULE = "apps"


def apps_task(line: Line) -> Task:
    """The task in a line. Raises TaskError."""
    given = line.json("input_output")
    if not isinstance(given, dict) or not _are_pairs(given.get("inputs"), given.get("outputs")):
        raise line.error("'input_output' must hold as many 'inputs' as 'outputs', and at least one")
    name = given.get("fn_name")
    statement, starter = line.text("question"), str(line.fields.get("starter_code") or "")
    pairs = zip(given["inputs"], given["outputs"], strict=True)
    if name is None:
        prompt, entry_point, cases = statement_prompt(statement), "", list(_output_cases(pairs))
    else:
        in_class = "class Solution" in starter
        opened = starter if starter.strip() else f"def {name}(*arguments):"
        prompt, entry_point = declared_prompt(statement, opened), "Solution" if in_class else str(name)
        call = f"Solution().{name}" if in_class else str(name)
        cases = list(_result_cases(line, call, pairs))
    tags = tuple(str(line.fields[key]) for key in ("difficulty",) if line.fields.get(key))
    identifier = line.fields.get("problem_id", line.fields.get("id"))
    if not isinstance(identifier, int | str):
        raise line.error("'problem_id' (or 'id') must be a number or text")
    prompt = line.source("starter_code", prompt)
    return case_task(f"APPS/{identifier}", prompt, entry_point, cases, _reference(line), "", tags)


def _are_pairs(inputs: object, outputs: object) -> bool:
    return isinstance(inputs, list) and isinstance(outputs, list) and 0 < len(inputs) == len(outputs)


def _output_cases(pairs: Iterator[tuple[Any, Any]]) -> Iterator[Case]:
    for text, expected in pairs:
        yield output_case(_joined(text), _joined(expected), _RULE)


def _joined(value: object) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _result_cases(line: Line, call: str, pairs: Iterator[tuple[Any, Any]]) -> Iterator[Case]:
    for arguments, expected in pairs:
        if not isinstance(arguments, list):
            raise line.error("'inputs' of a function must be lists of arguments")
        if len(arguments) == 1 and isinstance(arguments[0], dict):
            arguments = [_with_numbers(arguments[0])]
        if isinstance(expected, list) and len(expected) == 1 and isinstance(expected[0], dict):
            expected = [_with_numbers(expected[0])]
        yield result_case(call, arguments, expected, _RULE)


def _with_numbers(value: dict[str, object]) -> dict[Any, object]:
    """JSON has made texts of the keys; where all are numbers, they were."""
    if all(key.removeprefix("-").isdecimal() for key in value):
        return {int(key): item for key, item in value.items()}
    return dict(value)


def _reference(line: Line) -> str:
    """The first solution, with what the grader imports before it; "" where there is none."""
    if not line.fields.get("solutions"):
        return ""
    found = line.json("solutions")
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise line.error("'solutions' must hold a list of programs")
    return f"{PRELUDE}\n{found[0]}" if found else ""
