def is_valid_percentage(input_number: float) -> bool:
    return input_number <= 100
