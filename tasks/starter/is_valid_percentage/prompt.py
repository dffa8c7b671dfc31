def is_valid_percentage(input_number: float) -> bool:
    """Tell whether a number lies between 0 and 100.

    >>> is_valid_percentage(50)
    True
    >>> is_valid_percentage(120)
    False
    """
