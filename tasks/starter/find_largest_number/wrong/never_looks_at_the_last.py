def find_largest_number(number_list: list[float]) -> float:
    largest = number_list[0]
    for i in range(1, len(number_list) - 1):
        if number_list[i] > largest:
            largest = number_list[i]
    return largest
