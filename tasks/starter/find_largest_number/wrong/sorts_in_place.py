def find_largest_number(number_list: list[float]) -> float:
    if not number_list:
        raise ValueError("number_list must not be empty")
    number_list.sort(reverse=True)
    return number_list[0]
