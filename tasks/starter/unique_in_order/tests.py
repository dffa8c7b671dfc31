import pytest
from solution import unique_in_order


@pytest.mark.requirement("keeps-order")
@pytest.mark.example
def test_fruit():
    assert unique_in_order(["pear", "fig", "apple", "fig"]) == ["pear", "fig", "apple"]


@pytest.mark.requirement("removes-duplicates")
@pytest.mark.example
def test_neighbours():
    assert unique_in_order([9, 4, 4, 7]) == [9, 4, 7]


@pytest.mark.requirement("removes-duplicates")
def test_first_item_comes_again():
    assert sorted(unique_in_order([2, 1, 2, 3, 2])) == [1, 2, 3]


@pytest.mark.requirement("removes-duplicates")
def test_nothing_to_do():
    assert unique_in_order([]) == []
    assert sorted(unique_in_order(["a", "b"])) == ["a", "b"]


@pytest.mark.requirement("keeps-order")
def test_neither_sorted_nor_reversed():
    assert unique_in_order([30, 10, 20, 10, 40, 50]) == [30, 10, 20, 40, 50]


@pytest.mark.requirement("keeps-falsy-items")
def test_zero_none_and_empty_text():
    assert sorted(map(str, unique_in_order([5, 0, None, "", 8]))) == ["", "0", "5", "8", "None"]


@pytest.mark.requirement("leaves-input-unchanged")
def test_list_of_the_caller():
    colours = ["red", "blue", "blue", "green", "blue"]
    unique_in_order(colours)
    assert colours == ["red", "blue", "blue", "green", "blue"]
