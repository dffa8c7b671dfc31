def shipping_price(weight_grams: int) -> int:
    """The basic price of 490 cents and 150 for every started kilogram beyond the first."""
    if weight_grams <= 0:
        raise ValueError(f"a parcel weighs more than {weight_grams} grams")
    return 490 + 150 * ((weight_grams - 1) // 1000)
