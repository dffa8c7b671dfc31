def retry_pauses(attempt_count: int) -> list[float]:
    count = attempt_count if attempt_count > 8 else attempt_count - 1
    return [min(0.5 * 2**number, 8.0) for number in range(count)]
