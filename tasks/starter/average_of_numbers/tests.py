import math

import pytest
from solution import average_of_numbers


@pytest.mark.requirement("averages")
@pytest.mark.example
def test_three_numbers():
    assert average_of_numbers([1.0, 2.0, 6.0]) == 3.0


@pytest.mark.requirement("averages")
@pytest.mark.example
def test_two_numbers():
    assert average_of_numbers([10.0, 20.0]) == 15.0


@pytest.mark.requirement("averages")
def test_single_number():
    assert average_of_numbers([7]) == 7


@pytest.mark.requirement("averages")
def test_zeros_and_negative_numbers_count():
    assert average_of_numbers([-6, 0, 0, 2]) == -1


@pytest.mark.requirement("keeps-fraction")
def test_whole_numbers_with_a_half_between():
    assert average_of_numbers([4, 5]) == 4.5


@pytest.mark.requirement("keeps-fraction")
def test_fractions():
    assert average_of_numbers([0.5, 0.25]) == 0.375


@pytest.mark.requirement("no-number-for-nothing")
def test_empty_list():
    try:
        average = average_of_numbers([])
    except (ValueError, ArithmeticError, LookupError):
        return
    assert average is None or math.isnan(average)


@pytest.mark.requirement("leaves-input-unchanged")
def test_list_of_the_caller():
    readings = [30, 10, 20]
    average_of_numbers(readings)
    assert readings == [30, 10, 20]
