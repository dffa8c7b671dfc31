def shipping_price(weight_grams: int) -> int:
    if weight_grams < 0:
        raise ValueError("weight must not be negative")
    return 490 + 150 * (max(0, weight_grams - 1) // 1000)
