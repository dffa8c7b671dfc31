def format_amount(amount_cents: int) -> str:
    """Format an amount of cents; negative amounts stand in parentheses."""
    units, cents = divmod(abs(amount_cents), 100)
    text = f"{units}.{cents:02}"
    return f"({text})" if amount_cents < 0 else text
