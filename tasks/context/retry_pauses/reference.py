def retry_pauses(attempt_count: int) -> list[float]:
    """The pauses between attempts: from half a second, doubled each time, 8 seconds at most."""
    return [min(0.5 * 2**number, 8.0) for number in range(attempt_count - 1)]
