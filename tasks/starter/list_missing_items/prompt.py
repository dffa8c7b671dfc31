def list_missing_items(expected_items: list[str], received_items: list[str]) -> list[str]:
    """Return the expected items that were not received.

    >>> list_missing_items(["bolt", "nut", "screw"], ["nut"])
    ['bolt', 'screw']
    >>> list_missing_items(["bolt", "nut"], ["nut", "bolt"])
    []
    """
