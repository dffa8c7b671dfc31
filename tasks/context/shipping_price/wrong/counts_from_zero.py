def shipping_price(weight_grams: int) -> int:
    if weight_grams <= 0:
        raise ValueError("weight must be positive")
    return 490 + 150 * (weight_grams // 1000)
