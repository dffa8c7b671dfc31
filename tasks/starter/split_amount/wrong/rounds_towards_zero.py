from decimal import ROUND_DOWN, Decimal

CENT = Decimal("0.01")


def split_amount(total_amount: Decimal, part_count: int) -> list[Decimal]:
    share = (total_amount / part_count).quantize(CENT, rounding=ROUND_DOWN)
    parts = [share] * part_count
    remainder = total_amount - share * part_count
    for i in range(int(remainder / CENT)):
        parts[i] += CENT
    return parts
