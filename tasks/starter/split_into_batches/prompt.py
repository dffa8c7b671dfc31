def split_into_batches(source_items: list, batch_size: int) -> list[list]:
    """Split a list into batches of `batch_size` items.

    >>> split_into_batches([1, 2, 3, 4], 2)
    [[1, 2], [3, 4]]
    >>> split_into_batches(["a", "b", "c"], 3)
    [['a', 'b', 'c']]
    """
