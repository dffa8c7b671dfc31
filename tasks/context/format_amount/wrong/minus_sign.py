def format_amount(amount_cents: int) -> str:
    units, cents = divmod(abs(amount_cents), 100)
    sign = "-" if amount_cents < 0 else ""
    return f"{sign}{units}.{cents:02}"
