from decimal import Decimal

CENT = Decimal("0.01")


def split_amount(total_amount: Decimal, part_count: int) -> list[Decimal]:
    """Split an amount of money into parts that differ by one cent at most, the larger ones first."""
    if part_count < 1:
        raise ValueError(f"cannot split an amount into {part_count} parts")
    share, leftover = divmod(int(total_amount / CENT), part_count)
    return [(share + (index < leftover)) * CENT for index in range(part_count)]
