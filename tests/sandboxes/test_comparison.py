"""Outputs against expected ones, with answers worked out by hand from EvalPlus's rules."""

import math
from collections.abc import Callable
from decimal import Decimal

import pytest
from comparison import Comparison

Agrees = Callable[..., bool]


@pytest.fixture
def agrees() -> Agrees:
    """One comparison of its own: agrees(output, expected, tolerance=0)."""

    def compare(output: object, expected: object, tolerance: float = 0) -> bool:
        return Comparison(tolerance).agrees([], output, expected)

    return compare


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (2, 2.0),
        (True, 1),
        ([1, 2], [1.0, 2.0]),
        ({"a": 1}, {"a": 1.0}),
        (math.inf, math.inf),
        (None, None),
        ("", ""),
        (2.0000001, 2.0),  # a float is expected: 1e-6 + 1e-7 * 2
        ([0.1 + 0.2, 1.0], [0.3, 1.0]),
        ((0.3000001, 1.0), (0.3, 1.0)),
        ([1, 2.5], [1.0000001, 2.5]),  # types differ inside the list only
        (1e9 + 50, 1e9),  # 1e-7 of 1e9 is 100
    ],
)
def test_agrees(agrees: Agrees, output: object, expected: object) -> None:
    assert agrees(output, expected)


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (1, 2),
        ([1, 2], (1, 2)),
        ("2", 2),
        (10**9 + 1, 10**9),  # integers are not rounded
        (2.00001, 2.0),
        (2, 2.0000001),  # close, but not of one type
        ((0.3000001, 1.0), [0.3, 1.0]),
        ([1.0], [1.0, 1.0]),
        ([[1.0], [1.0]], [1.0, 1.0]),
        (math.nan, math.nan),
        (1.0, math.inf),
        ([1.0, None], [1.0, 1.0]),
        ([0.1, "a"], [0.1000001, "a"]),  # not a list of floats: no tolerance
        ([], [1.0]),
        (None, 0.0),
        (float(10**15), 10**400),
    ],
)
def test_does_not_agree(agrees: Agrees, output: object, expected: object) -> None:
    assert not agrees(output, expected)


def test_the_data_sets_own_tolerance_counts(agrees: Agrees) -> None:
    assert agrees(1.05, 1.0, 0.1)
    assert not agrees(1.2, 1.0, 0.1)
    assert agrees([1, 5], [1, 5], 0.1)
    assert agrees([1, 5], [1, 5.05], 0.1)
    assert not agrees(10**400, 1, 0.1)  # beyond every float


def test_a_tolerance_that_floats_turned_on_stays_on_for_the_test() -> None:
    one = Comparison()
    assert not one.agrees([], 10**9 + 1, 10**9)
    assert one.agrees([], 0.5, 0.5)
    assert one.agrees([], 10**9 + 1, 10**9)


@pytest.mark.parametrize(("output", "right"), [(-0.5, True), (-0.50001, True), (-0.6, False), (Decimal("-0.5"), True)])
def test_any_zero_of_the_polynomial_is_right(output: object, right: bool) -> None:
    rule = Comparison(1e-4, "polynomial_zero")
    assert rule.agrees([[1, 2]], output, "whatever is expected") is right


@pytest.mark.parametrize("output", [None, "x", [0.5], math.nan, math.inf, 1e300, object()])
def test_what_is_no_number_is_no_zero(output: object) -> None:
    assert not Comparison(1e-4, "polynomial_zero").agrees([[1, 2, 3, 4]], output, 0.0)


def test_a_number_that_changes_with_each_look_is_no_zero() -> None:
    class Bent:
        def __float__(self) -> float:
            return 0.0

    assert not Comparison(1e-4, "polynomial_zero").agrees([[0, 1]], Bent(), 0.0)


def test_an_object_that_calls_itself_equal_is_not_close(agrees: Agrees) -> None:
    class Near:
        def __sub__(self, other: object) -> float:
            return 0.0

        __rsub__ = __sub__

        def __abs__(self) -> float:
            return 0.0

    assert not agrees(Near(), 1.0)
    assert not agrees([Near()], [1.0])
