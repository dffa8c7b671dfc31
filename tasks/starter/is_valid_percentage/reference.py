def is_valid_percentage(input_number: float) -> bool:
    """Tell whether a number lies between 0 and 100, both included."""
    return 0 <= input_number <= 100
