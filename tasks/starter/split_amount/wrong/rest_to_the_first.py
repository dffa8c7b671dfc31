from decimal import Decimal


def split_amount(total_amount: Decimal, part_count: int) -> list[Decimal]:
    if part_count <= 0:
        raise ValueError("part_count must be positive")
    cents = int(total_amount * 100)
    share = cents // part_count
    parts = [share] * part_count
    parts[0] += cents - share * part_count
    return [Decimal(part) / 100 for part in parts]
