def retry_pauses(attempt_count: int) -> list[float]:
    return [min(0.5 * (number + 1), 8.0) for number in range(attempt_count - 1)]
