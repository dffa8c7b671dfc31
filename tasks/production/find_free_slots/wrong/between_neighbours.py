from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise


def find_free_slots(
    booked_intervals: Sequence[tuple[datetime, datetime]],
    day_start: datetime,
    day_end: datetime,
    minimum_length: timedelta = timedelta(0),
) -> list[tuple[datetime, datetime]]:
    if not booked_intervals:
        return []
    inside = [(max(start, day_start), min(end, day_end)) for start, end in sorted(booked_intervals)]
    if not booked_intervals:
        return []
    inside = [(start, end) for start, end in inside if start < end]
    merged: list[tuple[datetime, datetime]] = []
    for start, end in inside:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    bounds = [(day_start, day_start), *merged, (day_end, day_end)]
    slots = []
    for (_, previous_end), (next_start, _) in pairwise(bounds):
        if next_start - previous_end >= minimum_length:
            slots.append((previous_end, next_start))
    return slots
