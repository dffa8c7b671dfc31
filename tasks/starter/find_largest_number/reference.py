def find_largest_number(number_list: list[float]) -> float:
    """Return the largest number of a list. Raises ValueError when there are none."""
    return max(number_list)
