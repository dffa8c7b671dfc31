from collections.abc import Sequence
from datetime import datetime, timedelta


def find_free_slots(
    booked_intervals: Sequence[tuple[datetime, datetime]],
    day_start: datetime,
    day_end: datetime,
    minimum_length: timedelta = timedelta(0),
) -> list[tuple[datetime, datetime]]:
    slots = []
    cursor = day_start
    for begin, end in booked_intervals:
        begin, end = max(begin, day_start), min(end, day_end)
        if end <= begin:
            continue
        if begin > cursor and begin - cursor >= minimum_length:
            slots.append((cursor, begin))
        cursor = max(cursor, end)
    if day_end > cursor and day_end - cursor >= minimum_length:
        slots.append((cursor, day_end))
    return slots
