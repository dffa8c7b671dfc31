from decimal import Decimal


def split_amount(total_amount: Decimal, part_count: int) -> list[Decimal]:
    """Split an amount of money into `part_count` parts that are as equal as whole cents allow.

    Leftover cents go to the first parts. `total_amount` has at most two decimals.

    >>> split_amount(Decimal("8.50"), 2)
    [Decimal('4.25'), Decimal('4.25')]
    >>> split_amount(Decimal("10.00"), 3)
    [Decimal('3.34'), Decimal('3.33'), Decimal('3.33')]
    """
