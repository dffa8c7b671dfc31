def is_valid_percentage(input_number: float) -> bool:
    return input_number in range(101)
