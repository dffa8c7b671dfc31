def is_valid_percentage(input_number: float) -> bool:
    return 0 < input_number < 100
