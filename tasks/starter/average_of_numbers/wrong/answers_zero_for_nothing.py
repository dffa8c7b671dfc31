def average_of_numbers(number_list: list[float]) -> float:
    if not number_list:
        return 0.0
    return sum(number_list) / len(number_list)
