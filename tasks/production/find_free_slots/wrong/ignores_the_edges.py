from collections.abc import Sequence
from datetime import datetime, timedelta


def find_free_slots(
    booked_intervals: Sequence[tuple[datetime, datetime]],
    day_start: datetime,
    day_end: datetime,
    minimum_length: timedelta = timedelta(0),
) -> list[tuple[datetime, datetime]]:
    free_slots = []
    last_end = day_start
    for start, end in sorted(booked_intervals, key=lambda interval: interval[0]):
        gap = start - last_end
        if gap > timedelta(0) and gap >= minimum_length:
            free_slots.append((last_end, start))
        if end > last_end:
            last_end = end
    gap = day_end - last_end
    if gap > timedelta(0) and gap >= minimum_length:
        free_slots.append((last_end, day_end))
    return free_slots
