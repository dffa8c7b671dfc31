from decimal import Context, Decimal


def split_by_weights(total_amount: Decimal, share_weights: list[int], decimal_places: int = 2) -> list[Decimal]:
    wide = Context(prec=120)
    units = wide.scaleb(total_amount, decimal_places)
    if units != units.to_integral_value(context=wide):
        raise ValueError("the amount has too many decimal places")
    weight_sum = sum(share_weights)
    if weight_sum <= 0 or any(weight < 0 for weight in share_weights):
        raise ValueError("bad weights")
    sign, count = (-1 if units < 0 else 1), abs(int(units))
    shares = [count * weight // weight_sum for weight in share_weights]
    for index in range(count - sum(shares)):
        shares[index] += 1
    return [wide.scaleb(Decimal(sign * share), -decimal_places) for share in shares]
