def find_largest_number(number_list: list[float]) -> float:
    """Return the largest number of a list.

    >>> find_largest_number([3, 9, 2])
    9
    >>> find_largest_number([5])
    5
    """
