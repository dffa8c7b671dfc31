def list_missing_items(expected_items: list[str], received_items: list[str]) -> list[str]:
    return sorted(set(expected_items) - set(received_items))
