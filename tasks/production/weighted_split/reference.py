from decimal import Decimal
from fractions import Fraction


def split_by_weights(total_amount: Decimal, share_weights: list[int], decimal_places: int = 2) -> list[Decimal]:
    """Counts in the currency's smallest units, as whole numbers. Raises ValueError where that cannot be done."""
    total = Fraction(total_amount) * 10**decimal_places
    if total.denominator != 1:
        raise ValueError(f"{total_amount} has more than {decimal_places} decimal places")
    if sum(share_weights) <= 0 or min(share_weights) < 0:
        raise ValueError(f"these weights split nothing: {share_weights}")
    whole = sum(share_weights)
    exact = [Fraction(abs(int(total)) * weight, whole) for weight in share_weights]
    units = [int(share) for share in exact]
    by_remainder = sorted(range(len(units)), key=lambda place: units[place] - exact[place])
    for place in by_remainder[: abs(int(total)) - sum(units)]:
        units[place] += 1
    return [_amount(-count if total < 0 else count, decimal_places) for count in units]


def _amount(units: int, places: int) -> Decimal:
    """Built from digits: arithmetic would round to the context's 28."""
    return Decimal((int(units < 0), tuple(map(int, str(abs(units)))), -places))
