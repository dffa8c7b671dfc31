from itertools import zip_longest


def split_into_batches(source_items: list, batch_size: int) -> list[list]:
    if batch_size < 1:
        raise ValueError("batch_size must be positive")
    iterators = [iter(source_items)] * batch_size
    return [list(filter(None, batch)) for batch in zip_longest(*iterators)]
