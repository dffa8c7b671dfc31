def unique_in_order(input_items: list) -> list:
    """Return the items without duplicates, in the order in which they first appear.

    >>> unique_in_order(["pear", "fig", "apple", "fig"])
    ['pear', 'fig', 'apple']
    >>> unique_in_order([9, 4, 4, 7])
    [9, 4, 7]
    """
