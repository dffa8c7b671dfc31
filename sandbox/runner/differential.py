"""Tests that compare a solution with a reference on many inputs. Runs in the judge, as part of a test.

The reference is part of the tests, like the code of any test, and so runs here too; the candidate sees arguments only.
"""

import copy
import json
import reprlib
from collections.abc import Callable
from typing import Any

from comparison import Comparison

_SHOWN = reprlib.Repr()
_SHOWN.maxstring = _SHOWN.maxother = 60


def assert_agrees(
    solution: Callable[..., object], reference: str, entry_point: str, inputs: str, tolerance: float, oracle: str
) -> None:
    """Call `solution` on every argument list of `inputs` (JSON); AssertionError at the first one it gets wrong.

    `reference` is the source of a module that defines `entry_point`. Tolerance and oracle: see comparison.Comparison.
    """
    expected_of = _function(reference, entry_point)
    comparison = Comparison(tolerance, oracle)
    calls = json.loads(inputs)
    for number, arguments in enumerate(calls, 1):
        output = solution(*copy.deepcopy(arguments))  # either may change its arguments in place
        expected = expected_of(*copy.deepcopy(arguments))
        if not comparison.agrees(arguments, output, expected):
            call = f"{entry_point}({', '.join(map(_shown, arguments))})"
            raise AssertionError(
                f"input {number} of {len(calls)}: {call} gave {_shown(output)}, expected {_shown(expected)}"
            )


def _function(source: str, name: str) -> Callable[..., object]:
    namespace: dict[str, Any] = {"__name__": "reference"}
    exec(compile(source, "reference.py", "exec"), namespace)
    function: Callable[..., object] = namespace[name]
    return function


def _shown(value: object) -> str:
    """A short form; integers of thousands of digits have none in Python."""
    try:
        return _SHOWN.repr(value)
    except ValueError:
        return f"{type(value).__name__} with a number too long to show"
