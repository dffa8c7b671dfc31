from decimal import ROUND_DOWN, Decimal


def split_by_weights(total_amount: Decimal, share_weights: list[int], decimal_places: int = 2) -> list[Decimal]:
    unit = Decimal(1).scaleb(-decimal_places)
    total_weight = sum(share_weights)
    sign = 1 if total_amount >= 0 else -1
    total_amount = abs(total_amount)
    exact = [total_amount * weight / total_weight for weight in share_weights]
    shares = [share.quantize(unit, rounding=ROUND_DOWN) for share in exact]
    missing = int((total_amount - sum(shares)) / unit)
    order = sorted(range(len(shares)), key=lambda i: exact[i] - shares[i], reverse=True)
    for i in order[:missing]:
        shares[i] += unit
    return [share * sign for share in shares]
