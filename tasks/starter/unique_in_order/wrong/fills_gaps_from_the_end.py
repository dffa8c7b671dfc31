def unique_in_order(input_items: list) -> list:
    items = list(input_items)
    seen = []
    i = 0
    while i < len(items):
        if items[i] in seen:
            items[i] = items[-1]
            items.pop()
        else:
            seen.append(items[i])
            i += 1
    return items
