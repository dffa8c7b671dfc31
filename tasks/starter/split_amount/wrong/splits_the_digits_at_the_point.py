from decimal import Decimal


def split_amount(total_amount: Decimal, part_count: int) -> list[Decimal]:
    if part_count <= 0:
        raise ValueError("there must be at least one part")
    whole, cents = str(abs(total_amount)).split(".")
    total_cents = int(whole) * 100 + int(cents)
    share, rest = divmod(total_cents, part_count)
    sign = -1 if total_amount < 0 else 1
    shares = [share + (1 if index < rest else 0) for index in range(part_count)]
    return [Decimal(sign * each).scaleb(-2) for each in shares]
