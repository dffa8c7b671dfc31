def exchange_rate(known_rates: dict[str, float], currency_code: str) -> float:
    """The rate of a currency; 1.0 for the euro, ValueError for a code without a rate."""
    code = currency_code.upper()
    if code in known_rates:
        return known_rates[code]
    if code == "EUR":
        return 1.0
    raise ValueError(f"no rate for {currency_code!r}")
