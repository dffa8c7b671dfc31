def unique_in_order(input_items: list) -> list:
    seen = set()
    result = []
    for item in input_items:
        if item and item not in seen:
            seen.add(item)
            result.append(item)
    return result
