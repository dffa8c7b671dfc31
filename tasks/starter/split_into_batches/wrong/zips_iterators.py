def split_into_batches(source_items: list, batch_size: int) -> list[list]:
    iterator = iter(source_items)
    return [list(batch) for batch in zip(*[iterator] * batch_size)]
