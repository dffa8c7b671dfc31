def find_largest_number(number_list: list[float]) -> float:
    largest = 0
    for number in number_list:
        if number > largest:
            largest = number
    return largest
