"""Whether an output counts as the expected one, by the rules of EvalPlus 0.3.1 (evalplus/eval/__init__.py).

Equal is equal, by ==, so 2 agrees with 2.0. Else, where a tolerance applies, both must be of one type, of one shape
and |output - expected| <= tolerance + 1e-7 * |expected| for every number. A tolerance applies where the data set
gives one, and, as in EvalPlus, from the first expected float (or list of floats) of a test on: 1e-6.

One difference: EvalPlus lets NumPy stretch shapes, so that [[1.0], [1.0]] agrees with [1.0, 1.0]; here it does not.
The values are the judge's own: expected ones and decoded outputs, never code of the solution.
"""

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

RELATIVE = 1e-7
TOLERANCE_OF_FLOATS = 1e-6
_NUMBERS = (bool, int, float, complex)
_REALS = (bool, int, float, Decimal, Fraction)


class Comparison:
    """Compares the outputs of one test, in order: a tolerance that floats turn on stays on."""

    def __init__(self, tolerance: float = 0, oracle: str = "") -> None:
        """`oracle` names a rule of ORACLES that decides instead of equality, or is empty."""
        self._tolerance = tolerance
        self._oracle = ORACLES[oracle] if oracle else None

    def expect_floats(self) -> None:
        """An expected float was passed over, since its output needed no comparison."""
        if self._oracle is None:
            self._tolerance = self._tolerance or TOLERANCE_OF_FLOATS

    def agrees(self, arguments: Sequence[object], output: object, expected: object) -> bool:
        """Whether `output` is right for a call with these `arguments` (as they were before the call)."""
        if self._oracle is not None:
            return self._oracle(arguments, output, self._tolerance)
        if is_floats(expected):
            self.expect_floats()
        if output == expected:
            return True
        return self._tolerance != 0 and _all_close(output, expected, self._tolerance)


def is_floats(value: object) -> bool:
    """Whether an expected value turns the tolerance on: a float, or a list or tuple of floats only."""
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(item, float) for item in value)
    return isinstance(value, float)


def _all_close(output: object, expected: object, tolerance: float) -> bool:
    return type(output) is type(expected) and _close(output, expected, tolerance)


def _close(output: object, expected: object, tolerance: float) -> bool:
    """Inside a list the types may differ, as for NumPy: 1 is close to 1.0 and (1.0,) to [1.0]."""
    if isinstance(output, list | tuple) and isinstance(expected, list | tuple):
        pairs = zip(output, expected, strict=False)
        return len(output) == len(expected) and all(_close(one, other, tolerance) for one, other in pairs)
    if isinstance(output, _NUMBERS) and isinstance(expected, _NUMBERS):
        return _numbers_close(output, expected, tolerance)
    return False


def _numbers_close(output: complex, expected: complex, tolerance: float) -> bool:
    if output == expected:  # infinities too
        return True
    try:
        limit = tolerance + RELATIVE * abs(expected)
        return math.isfinite(limit) and abs(output - expected) <= limit
    except OverflowError:  # an int beyond every float: NumPy cannot compare it either
        return False


def _polynomial_zero(arguments: Sequence[object], output: object, tolerance: float) -> bool:
    """HumanEval/32: any zero of the polynomial with the coefficients `arguments[0]`, constant first, is right."""
    (coefficients,) = arguments
    if not isinstance(output, _REALS) or not isinstance(coefficients, list):
        return False
    try:
        value = sum(each * math.pow(output, power) for power, each in enumerate(coefficients))
    except (OverflowError, ValueError):
        return False
    return bool(abs(value) <= tolerance)


ORACLES: dict[str, Callable[[Sequence[object], object, float], bool]] = {"polynomial_zero": _polynomial_zero}
