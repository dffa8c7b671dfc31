def list_missing_items(expected_items: list[str], received_items: list[str]) -> list[str]:
    """Return the expected items that were not received, in the expected order."""
    received = set(received_items)
    return [item for item in expected_items if item not in received]
