def unique_in_order(input_items: list) -> list:
    """Return the items without duplicates; compares by equality, so items need not be hashable."""
    unique: list = []
    for item in input_items:
        if item not in unique:
            unique.append(item)
    return unique
