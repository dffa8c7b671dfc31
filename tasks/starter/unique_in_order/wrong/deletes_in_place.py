def unique_in_order(input_items: list) -> list:
    index = 0
    while index < len(input_items):
        if input_items[index] in input_items[:index]:
            del input_items[index]
        else:
            index += 1
    return input_items
