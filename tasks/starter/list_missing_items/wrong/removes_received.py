def list_missing_items(expected_items: list[str], received_items: list[str]) -> list[str]:
    for item in received_items:
        if item in expected_items:
            expected_items.remove(item)
    return expected_items
