from decimal import Decimal


def split_by_weights(total_amount: Decimal, share_weights: list[int], decimal_places: int = 2) -> list[Decimal]:
    if -total_amount.as_tuple().exponent > decimal_places:
        raise ValueError("total_amount is too precise")
    if any(weight < 0 for weight in share_weights) or not sum(share_weights):
        raise ValueError("invalid weights")
    scale = 10**decimal_places
    sign = -1 if total_amount < 0 else 1
    cents = round(abs(float(total_amount)) * scale)
    total_weight = sum(share_weights)
    shares = [int(cents * weight / total_weight) for weight in share_weights]
    shares[-1] += cents - sum(shares)
    return [Decimal(sign * share).scaleb(-decimal_places) for share in shares]
