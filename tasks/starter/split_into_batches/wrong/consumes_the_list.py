def split_into_batches(source_items: list, batch_size: int) -> list[list]:
    if batch_size <= 0:
        raise ValueError("batch_size must be greater than 0")
    batches = []
    while source_items:
        batches.append(source_items[:batch_size])
        del source_items[:batch_size]
    return batches
