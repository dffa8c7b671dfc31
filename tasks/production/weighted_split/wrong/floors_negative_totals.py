from decimal import Context, Decimal

EXACT = Context(prec=200)


def split_by_weights(total_amount: Decimal, share_weights: list[int], decimal_places: int = 2) -> list[Decimal]:
    scaled = EXACT.scaleb(total_amount, decimal_places)
    units = int(scaled)
    if units != scaled:
        raise ValueError(f"{total_amount} has too many decimal places")
    if not share_weights or min(share_weights) < 0 or sum(share_weights) == 0:
        raise ValueError("weights must be positive")
    total_weight = sum(share_weights)
    shares, remainders = [], []
    for index, weight in enumerate(share_weights):
        share, remainder = divmod(units * weight, total_weight)
        shares.append(share)
        remainders.append((-remainder, index))
    left_over = units - sum(shares)
    for _, index in sorted(remainders)[:left_over]:
        shares[index] += 1
    return [EXACT.scaleb(Decimal(share), -decimal_places) for share in shares]
