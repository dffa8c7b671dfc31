def split_into_batches(source_items: list, batch_size: int) -> list[list]:
    """Split a list into batches of `batch_size` items, the last one with what is left."""
    if batch_size < 1:
        raise ValueError(f"batch size must be at least 1, not {batch_size}")
    return [source_items[start : start + batch_size] for start in range(0, len(source_items), batch_size)]
