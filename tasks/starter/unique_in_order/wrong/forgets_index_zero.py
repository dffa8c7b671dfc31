def unique_in_order(input_items: list) -> list:
    first_seen = {}
    unique = []
    for index, item in enumerate(input_items):
        if not first_seen.get(item):
            first_seen[item] = index
            unique.append(item)
    return unique
