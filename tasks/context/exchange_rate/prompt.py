def exchange_rate(known_rates: dict[str, float], currency_code: str) -> float:
    """The rate of a currency, as the project's notes on currencies say.

    `known_rates` has codes in upper case; `currency_code` may have any case.

    >>> exchange_rate({"USD": 1.08, "JPY": 161.5}, "JPY")
    161.5
    >>> exchange_rate({"USD": 1.08}, "USD")
    1.08
    """
