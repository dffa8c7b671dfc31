def retry_pauses(attempt_count: int) -> list[float]:
    return [0.5 * 2**number for number in range(attempt_count - 1)]
