def average_of_numbers(number_list: list[float]) -> float:
    """Return the average of a list of numbers.

    >>> average_of_numbers([1.0, 2.0, 6.0])
    3.0
    >>> average_of_numbers([10.0, 20.0])
    15.0
    """
