import pytest
from solution import list_missing_items


@pytest.mark.requirement("lists-missing")
@pytest.mark.example
def test_two_are_missing():
    assert list_missing_items(["bolt", "nut", "screw"], ["nut"]) == ["bolt", "screw"]


@pytest.mark.requirement("lists-missing")
@pytest.mark.example
def test_everything_is_there():
    assert list_missing_items(["bolt", "nut"], ["nut", "bolt"]) == []


@pytest.mark.requirement("lists-missing")
def test_nothing_received():
    assert sorted(list_missing_items(["hinge", "latch"], [])) == ["hinge", "latch"]


@pytest.mark.requirement("lists-missing")
def test_nothing_expected():
    assert list_missing_items([], []) == []


@pytest.mark.requirement("keeps-order")
def test_order_of_the_expectation():
    expected = ["washer", "axle", "motor", "belt", "cable"]
    assert list_missing_items(expected, ["axle"]) == ["washer", "motor", "belt", "cable"]


@pytest.mark.requirement("ignores-unexpected")
def test_something_else_came():
    assert list_missing_items(["axle", "belt"], ["axle", "cable"]) == ["belt"]


@pytest.mark.requirement("leaves-inputs-unchanged")
def test_lists_of_the_caller():
    expected = ["axle", "belt", "cable"]
    received = ["belt", "dowel"]
    list_missing_items(expected, received)
    assert expected == ["axle", "belt", "cable"]
    assert received == ["belt", "dowel"]
