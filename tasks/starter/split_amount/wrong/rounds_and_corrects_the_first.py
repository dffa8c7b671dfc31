from decimal import Decimal


def split_amount(total_amount: Decimal, part_count: int) -> list[Decimal]:
    if part_count < 1:
        raise ValueError("part_count must be at least 1")
    part = (total_amount / part_count).quantize(Decimal("0.01"))
    parts = [part] * part_count
    parts[0] += total_amount - sum(parts)
    return parts
