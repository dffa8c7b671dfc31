def retry_pauses(attempt_count: int) -> list[float]:
    pauses = []
    pause = 0.5
    while len(pauses) != abs(attempt_count - 1):
        pauses.append(pause)
        pause = min(pause * 2, 8.0)
    return pauses
