import pytest
from solution import split_into_batches


@pytest.mark.requirement("full-batches")
@pytest.mark.example
def test_two_batches():
    assert split_into_batches([1, 2, 3, 4], 2) == [[1, 2], [3, 4]]


@pytest.mark.requirement("full-batches")
@pytest.mark.example
def test_one_batch():
    assert split_into_batches(["a", "b", "c"], 3) == [["a", "b", "c"]]


@pytest.mark.requirement("full-batches")
def test_batches_of_one():
    assert split_into_batches([0, None, ""], 1) == [[0], [None], [""]]


@pytest.mark.requirement("keeps-remainder")
def test_one_item_left():
    assert split_into_batches([10, 20, 30, 40, 50], 2) == [[10, 20], [30, 40], [50]]


@pytest.mark.requirement("keeps-remainder")
def test_size_larger_than_the_list():
    assert split_into_batches([10, 20], 5) == [[10, 20]]


@pytest.mark.requirement("empty-list-no-batches")
def test_empty_list():
    assert split_into_batches([], 4) == []


@pytest.mark.requirement("leaves-input-unchanged")
def test_list_of_the_caller():
    numbers = [5, 6, 7, 8, 9, 10]
    split_into_batches(numbers, 2)
    assert numbers == [5, 6, 7, 8, 9, 10]


@pytest.mark.requirement("refuses-size-zero")
def test_size_zero():
    with pytest.raises((ValueError, ArithmeticError)):
        split_into_batches([1, 2, 3], 0)
