def format_amount(amount_cents: int) -> str:
    text = f"{abs(amount_cents) / 100:.2f}"
    return f"({text})" if amount_cents < 0 else text
