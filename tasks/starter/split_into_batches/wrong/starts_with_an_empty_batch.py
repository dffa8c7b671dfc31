def split_into_batches(source_items: list, batch_size: int) -> list[list]:
    batches = [[]]
    for item in source_items:
        if len(batches[-1]) == batch_size:
            batches.append([])
        batches[-1].append(item)
    return batches
