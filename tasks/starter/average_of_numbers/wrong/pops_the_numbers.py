def average_of_numbers(number_list: list[float]) -> float:
    count = len(number_list)
    total = 0.0
    while number_list:
        total += number_list.pop()
    return total / count
