def customer_key(customer_name: str) -> str:
    """Make the key of a customer from the name, as the project's notes on customers say.

    Words in lower case, joined by hyphens.

    >>> customer_key("Ada Lovelace")
    'ada-lovelace'
    >>> customer_key("Plato")
    'plato'
    """
