from decimal import Decimal


def split_by_weights(total_amount: Decimal, share_weights: list[int], decimal_places: int = 2) -> list[Decimal]:
    """Split an amount of money in proportion to weights.

    The currency has `decimal_places` decimal places. Every share is rounded down first; then the smallest units that
    are left over go one by one to the shares with the largest remainders, of equal remainders to the earlier one
    first. So the shares add up to `total_amount`.

    >>> split_by_weights(Decimal("10.00"), [1, 1, 2])
    [Decimal('2.50'), Decimal('2.50'), Decimal('5.00')]
    >>> split_by_weights(Decimal("100"), [3, 1], decimal_places=0)
    [Decimal('75'), Decimal('25')]
    """
