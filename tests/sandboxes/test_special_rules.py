"""The rules that stand for equality in some tasks of MBPP+, each with answers worked out by hand."""

import re

import pytest
from comparison import Comparison


def agrees(rule: str, output: object, expected: object, *arguments: object, tolerance: float = 0) -> bool:
    return Comparison(tolerance, rule).agrees(arguments, output, expected)


def test_anything_is_right_where_the_reference_is_not_to_be_trusted() -> None:
    assert agrees("anything", None, True)


def test_zero_is_right_beside_the_expected_number() -> None:
    assert agrees("or_zero", 7, 7) and agrees("or_zero", 0, 7)
    assert not agrees("or_zero", 6, 7)


@pytest.mark.parametrize("output", [[3, 1], (1, 3), {1, 3}, [1, 3, 3, 1]])
def test_order_and_repetitions_do_not_count_in_a_set(output: object) -> None:
    assert agrees("same_set", output, (1, 3))


@pytest.mark.parametrize("output", [[1], [1, 3, 4], [[1], [3]], None, 13])
def test_other_items_are_another_set(output: object) -> None:
    assert not agrees("same_set", output, (1, 3))


def test_what_counts_is_whether_there_is_a_result() -> None:
    match = re.match("a", "a")
    assert agrees("gives_something", match, match) and agrees("gives_something", True, match)
    assert agrees("gives_something", 0, match)  # a position is a result
    assert agrees("gives_something", None, None) and agrees("gives_something", False, None)
    assert not agrees("gives_something", None, match) and not agrees("gives_something", False, match)
    assert not agrees("gives_something", True, None) and not agrees("gives_something", 0, None)


def test_a_pyramid_has_two_heights() -> None:
    # Base 6, height 4: the faces are sqrt(3 * 3 + 4 * 4) = 5 high, so 6 * 6 + 2 * 6 * 5. With faces 4 high: 84.
    assert agrees("pyramid_surface", 84, 84, 6, 4) and agrees("pyramid_surface", 96, 84, 6, 4)
    assert not agrees("pyramid_surface", 95, 84, 6, 4) and not agrees("pyramid_surface", "96", 84, 6, 4)
    assert not agrees("pyramid_surface", 5, 84, 10**400, 4)  # beyond every float


def test_digits_are_compared_place_by_place() -> None:
    # 123 and 256: 1 + 3 + 3. 9 and 12 as 09 and 12: 1 + 7; the reference takes the digits of 12 - 9 = 3.
    assert agrees("digit_distance", 7, 7, 123, 256) and agrees("digit_distance", 8, 3, 9, 12)
    assert agrees("digit_distance", 3, 3, 9, 12) and not agrees("digit_distance", 4, 3, 9, 12)
    assert not agrees("digit_distance", 4, 3, -9, 12)  # a sign is no digit


def test_a_rule_leaves_the_tolerance_of_floats_on() -> None:
    assert agrees("same_set", [0.1 + 0.2], [0.3])
    assert not agrees("same_set", [3], [4])


def test_a_rule_that_is_not_known_is_refused() -> None:
    with pytest.raises(KeyError, match="same_sets"):
        Comparison(0, "same_sets")
