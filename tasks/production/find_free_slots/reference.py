from collections.abc import Sequence
from datetime import datetime, timedelta


def find_free_slots(
    booked_intervals: Sequence[tuple[datetime, datetime]],
    day_start: datetime,
    day_end: datetime,
    minimum_length: timedelta = timedelta(0),
) -> list[tuple[datetime, datetime]]:
    """Go through the bookings by their begin, and remember until when the room is taken."""
    slots = []
    free_from = day_start
    for begin, end in sorted([*booked_intervals, (day_end, day_end)]):
        free_until = min(begin, day_end)
        if free_until > free_from and free_until - free_from >= minimum_length:
            slots.append((free_from, free_until))
        free_from = max(free_from, end)
    return slots
