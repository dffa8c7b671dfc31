def average_of_numbers(number_list: list[float]) -> float:
    return sum(number_list) // len(number_list)
