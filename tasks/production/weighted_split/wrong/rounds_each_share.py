from decimal import ROUND_HALF_UP, Context, Decimal


def split_by_weights(total_amount: Decimal, share_weights: list[int], decimal_places: int = 2) -> list[Decimal]:
    context = Context(prec=100, rounding=ROUND_HALF_UP)
    unit = Decimal(1).scaleb(-decimal_places)
    if context.quantize(total_amount, unit) != total_amount:
        raise ValueError(f"{total_amount} cannot be paid")
    total_weight = sum(share_weights)
    if total_weight == 0 or min(share_weights) < 0:
        raise ValueError("weights must not be negative and not all zero")
    shares = []
    for weight in share_weights:
        share = context.divide(context.multiply(total_amount, Decimal(weight)), Decimal(total_weight))
        shares.append(context.quantize(share, unit))
    return shares
