import pytest
from solution import find_largest_number


@pytest.mark.requirement("finds-largest")
@pytest.mark.example
def test_in_the_middle():
    assert find_largest_number([3, 9, 2]) == 9


@pytest.mark.requirement("finds-largest")
@pytest.mark.example
def test_single_number():
    assert find_largest_number([5]) == 5


@pytest.mark.requirement("finds-largest")
def test_at_either_end():
    assert find_largest_number([8, 1, 4]) == 8
    assert find_largest_number([1, 4, 8]) == 8


@pytest.mark.requirement("finds-largest")
def test_fractions():
    assert find_largest_number([2.5, 2.75, 2.25]) == 2.75


@pytest.mark.requirement("works-below-zero")
def test_all_negative():
    assert find_largest_number([-7, -2, -30]) == -2


@pytest.mark.requirement("no-number-for-nothing")
def test_empty_list():
    try:
        largest = find_largest_number([])
    except (ValueError, LookupError, TypeError):
        return
    assert largest is None


@pytest.mark.requirement("leaves-input-unchanged")
def test_list_of_the_caller():
    readings = [30, 10, 40, 20]
    find_largest_number(readings)
    assert readings == [30, 10, 40, 20]
