from collections.abc import Sequence
from datetime import datetime, timedelta


def find_free_slots(
    booked_intervals: Sequence[tuple[datetime, datetime]],
    day_start: datetime,
    day_end: datetime,
    minimum_length: timedelta = timedelta(0),
) -> list[tuple[datetime, datetime]]:
    free = []
    current = day_start
    for start, end in sorted(booked_intervals):
        if end <= day_start or start >= day_end:
            continue
        if start > current and start - current >= minimum_length:
            free.append((current, start))
        current = end
    if current < day_end and day_end - current >= minimum_length:
        free.append((current, day_end))
    return free
