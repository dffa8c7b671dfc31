import math


def shipping_price(weight_grams: int) -> int:
    if weight_grams <= 0:
        raise ValueError("weight must be positive")
    return 490 + 1.5 * 100 * max(0, math.ceil(weight_grams / 1000) - 1)
