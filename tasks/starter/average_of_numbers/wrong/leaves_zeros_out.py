def average_of_numbers(number_list: list[float]) -> float:
    valid = [number for number in number_list if number]
    return sum(valid) / len(valid)
