def exchange_rate(known_rates: dict[str, float], currency_code: str) -> float:
    return known_rates.get(currency_code.upper(), 1.0)
