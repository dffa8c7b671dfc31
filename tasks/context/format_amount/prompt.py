def format_amount(amount_cents: int) -> str:
    """Format an amount of cents for an invoice, as the project's notes on amounts say.

    >>> format_amount(1999)
    '19.99'
    >>> format_amount(123450)
    '1234.50'
    """
