from decimal import Decimal


def split_amount(total_amount: Decimal, part_count: int) -> list[Decimal]:
    if part_count < 1:
        raise ValueError("part_count must be at least 1")
    cents = int(float(total_amount) * 100)
    share, extra = divmod(cents, part_count)
    return [Decimal(share + (1 if i < extra else 0)) / 100 for i in range(part_count)]
