"""Whether an output counts as the expected one, by the rules of EvalPlus 0.3.1 (evalplus/eval/__init__.py).

Equal is equal, by ==, so 2 agrees with 2.0; for some tasks another rule stands in for ==: see EQUALITIES. Else, where
a tolerance applies, both must be of one type, of one shape and |output - expected| <= tolerance + 1e-7 * |expected|
for every number. A tolerance applies where the data set gives one, and, as in EvalPlus, from the first expected float
(or list of floats) of a test on: 1e-6.

One difference: EvalPlus lets NumPy stretch shapes, so that [[1.0], [1.0]] agrees with [1.0, 1.0]; here it does not.
The values are the judge's own: expected ones and decoded outputs, never code of the solution.
"""

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

RELATIVE = 1e-7
TOLERANCE_OF_FLOATS = 1e-6
_NUMBERS = (bool, int, float, complex)
_REALS = (bool, int, float, Decimal, Fraction)


class Comparison:
    """Compares the outputs of one test, in order: a tolerance that floats turn on stays on."""

    def __init__(self, tolerance: float = 0, oracle: str = "") -> None:
        """`oracle` is empty or names a rule of ORACLES, which decides alone, or of EQUALITIES, which stands for ==."""
        self._tolerance = tolerance
        self._oracle = ORACLES.get(oracle)
        self._equal = _equal if self._oracle or not oracle else EQUALITIES[oracle]

    def expect_floats(self) -> None:
        """An expected float was passed over, since its output needed no comparison."""
        if self._oracle is None:
            self._tolerance = self._tolerance or TOLERANCE_OF_FLOATS

    def agrees(self, arguments: Sequence[Any], output: object, expected: object) -> bool:
        """Whether `output` is right for a call with these `arguments` (as they were before the call)."""
        if self._oracle is not None:
            return self._oracle(arguments, output, self._tolerance)
        equal = self._equal(arguments, output, expected, self._tolerance)
        if is_floats(expected):
            self.expect_floats()
        return equal or (self._tolerance != 0 and _all_close(output, expected, self._tolerance))


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


def _equal(arguments: Sequence[Any], output: object, expected: object, tolerance: float) -> bool:
    return bool(output == expected)


def _anything(arguments: Sequence[Any], output: object, expected: object, tolerance: float) -> bool:
    """Mbpp/164, whose reference is not to be trusted: whatever comes back is right."""
    return True


def _or_zero(arguments: Sequence[Any], output: object, expected: object, tolerance: float) -> bool:
    """Mbpp/295: whether a number's own self is a divisor is left open, so that 0 is right as well."""
    return bool(output == expected or output == 0)


def _same_set(arguments: Sequence[Any], output: Any, expected: Any, tolerance: float) -> bool:
    """Order and repetitions do not count; what holds items that no set can hold agrees with nothing."""
    try:
        return set(output) == set(expected)
    except TypeError:
        return False


def _gives_something(arguments: Sequence[Any], output: object, expected: object, tolerance: float) -> bool:
    """What counts is whether there is a result, such as a match; True and False say so themselves."""
    return (output if isinstance(output, bool) else output is not None) is (expected is not None)


def _pyramid_surface(arguments: Sequence[Any], output: Any, expected: object, tolerance: float) -> bool:
    """Mbpp/581: the height may also be that of the pyramid and not of its faces; the surface then is a whole number."""
    if output == expected:
        return True
    base, height = arguments
    try:
        surface = round(base**2 + 2 * base * math.sqrt((base / 2) ** 2 + height**2))
        return isinstance(output, _NUMBERS) and abs(output - surface) <= tolerance
    except OverflowError:
        return False


def _digit_distance(arguments: Sequence[Any], output: object, expected: object, tolerance: float) -> bool:
    """Mbpp/558: the digits of two numbers may also be compared place by place, the shorter one filled with zeros."""
    if output == expected:
        return True
    one, other = map(str, arguments)
    width = max(len(one), len(other))
    pairs = zip(one.zfill(width), other.zfill(width), strict=True)
    try:
        return bool(output == sum(abs(int(a) - int(b)) for a, b in pairs))
    except ValueError:  # a sign is no digit
        return False


ORACLES: dict[str, Callable[[Sequence[Any], object, float], bool]] = {"polynomial_zero": _polynomial_zero}
"""Rules that look at the arguments and the output only: (arguments, output, tolerance)."""

EQUALITIES: dict[str, Callable[[Sequence[Any], Any, Any, float], bool]] = {
    "anything": _anything,
    "or_zero": _or_zero,
    "same_set": _same_set,
    "gives_something": _gives_something,
    "pyramid_surface": _pyramid_surface,
    "digit_distance": _digit_distance,
}
"""Rules in the place of ==: (arguments, output, expected, tolerance so far)."""
