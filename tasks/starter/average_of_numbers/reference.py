def average_of_numbers(number_list: list[float]) -> float:
    """Return the average of a list of numbers. Raises ValueError when there are none."""
    if not number_list:
        raise ValueError("there is no average of an empty list")
    return sum(number_list) / len(number_list)
