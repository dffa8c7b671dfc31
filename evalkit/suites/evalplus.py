"""HumanEval+ and MBPP+ in EvalPlus's own file format: one task per line of JSON.

{"task_id", "prompt", "entry_point", "canonical_solution", "base_input", "plus_input", "atol"}: the inputs are argument
lists on which a solution must agree with the canonical one. An empty list gives no test: it would pass for any
solution. MBPP+ has "assertion" too, and prompts that declare nothing: a docstring asks for the function.
"""

from collections.abc import Callable, Mapping
from typing import Any

from evalkit.suites.argument_lists import as_line, json_lines
from evalkit.suites.humaneval import require_declared, whole_reference
from evalkit.suites.lines import Line
from evalkit.suites.mbpp_inputs import typed_arguments
from evalkit.types import Requirement, Task, Test

HUMANEVAL_ORACLES = {"find_zero": "polynomial_zero"}
"""Entry point -> the rule of sandbox/runner/comparison.py that stands for equality; for MBPP+ below."""

_SETS = (
    "similar_elements", "find_char_long", "common_in_nested_lists", "extract_singly", "larg_nnum",
    "intersection_array", "find_dissimilar", "Diff",
)  # fmt: skip
MBPP_ORACLES = {
    "are_equivalent": "anything",
    "sum_div": "or_zero",
    "surface_Area": "pyramid_surface",
    "digit_distance_nums": "digit_distance",
    **dict.fromkeys(_SETS, "same_set"),
    **dict.fromkeys(("check_str", "text_match_three", "text_starta_endb"), "gives_something"),
}
# Every right output for it takes 1.1 GB: more than a solution may use.
_TOO_LARGE = [["Dog", "Cat", "CatBird", "Bird", "Fish"], 77]
_PLUS = Requirement("plus", "Agrees with the reference on the inputs that EvalPlus adds.", "stated")


def humaneval_plus_task(line: Line) -> Task:
    """The task in a line of HumanEval+. Raises TaskError."""
    require_declared(line)
    return _task(line, "HumanEval", HUMANEVAL_ORACLES, lambda inputs: "\n".join(json_lines(inputs)))


def mbpp_plus_task(line: Line) -> Task:
    """The task in a line of MBPP+. Raises TaskError."""

    def typed(inputs: list[list[Any]]) -> str:
        try:
            return "\n".join(
                as_line(typed_arguments(line.text("task_id"), each)) for each in inputs if each != _TOO_LARGE
            )
        except (TypeError, ValueError, AttributeError, IndexError) as error:
            raise line.error(f"the inputs are not those of {line.text('task_id')}: {error}") from error

    return _task(line, "MBPP", MBPP_ORACLES, typed)


def _task(line: Line, origin: str, oracles: Mapping[str, str], as_lines: Callable[[list[list[Any]]], str]) -> Task:
    base = Requirement("base", f"Agrees with the reference on the inputs of {origin}.", "stated")
    given = {part: line.inputs(f"{part.id}_input") for part in (base, _PLUS)}
    inputs = {part: as_lines(found) for part, found in given.items() if found}
    if not inputs:
        raise line.error("both 'base_input' and 'plus_input' are empty")
    entry_point, reference = line.text("entry_point"), whole_reference(line)
    rule = f"{line.tolerance()!r}, {oracles.get(entry_point, '')!r}"
    source = _tests_source(entry_point, reference, inputs, rule)
    tests = tuple(Test(f"test_{part.id}", part.id, example=False) for part in inputs)
    prompt, requirements = line.text("prompt"), tuple(inputs)
    return Task(line.text("task_id"), entry_point, prompt, source, requirements, tests, reference, (), entry_point)


def _tests_source(entry_point: str, reference: str, inputs: Mapping[Requirement, str], rule: str) -> str:
    """Tests that compare the solution with the reference, input by input; see sandbox/runner/differential.py."""
    parts = [
        f"_{part.id} = differential.Differential({part.id!r}, _reference, {entry_point!r}, {lines!r}, {rule})\n\n\n"
        f"def test_{part.id}():\n    _{part.id}.assert_agrees({entry_point})\n"
        for part, lines in inputs.items()
    ]
    head = f"import differential\nfrom solution import {entry_point}\n\n_reference = {reference!r}\n"
    return "\n\n".join((head, *parts))
