def is_valid_percentage(input_number: float) -> bool:
    percentage = int(input_number)
    return percentage >= 0 and percentage <= 100
