def exchange_rate(known_rates: dict[str, float], currency_code: str) -> float:
    known_rates.setdefault("EUR", 1.0)
    code = currency_code.upper()
    if code not in known_rates:
        raise ValueError(f"no rate for {currency_code!r}")
    return known_rates[code]
