def list_missing_items(expected_items: list[str], received_items: list[str]) -> list[str]:
    different = set(expected_items).symmetric_difference(received_items)
    return [item for item in [*expected_items, *received_items] if item in different]
