def shipping_price(weight_grams: int) -> int:
    """The price in cents of a parcel of that weight, as the project's notes on shipping say.

    The basic price is 490. Raises ValueError for a weight that is not above zero.

    >>> shipping_price(250)
    490
    >>> shipping_price(999)
    490
    """
