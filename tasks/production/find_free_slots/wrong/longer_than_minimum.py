from collections.abc import Sequence
from datetime import datetime, timedelta


def find_free_slots(
    booked_intervals: Sequence[tuple[datetime, datetime]],
    day_start: datetime,
    day_end: datetime,
    minimum_length: timedelta = timedelta(0),
) -> list[tuple[datetime, datetime]]:
    clipped = []
    for start, end in booked_intervals:
        start, end = max(start, day_start), min(end, day_end)
        if start < end:
            clipped.append((start, end))
    merged: list[list[datetime]] = []
    for start, end in sorted(clipped):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    edges = [day_start, *(edge for interval in merged for edge in interval), day_end]
    gaps = zip(edges[::2], edges[1::2])
    return [(start, end) for start, end in gaps if end - start > minimum_length]
