from collections.abc import Sequence
from datetime import datetime, timedelta


def find_free_slots(
    booked_intervals: Sequence[tuple[datetime, datetime]],
    day_start: datetime,
    day_end: datetime,
    minimum_length: timedelta = timedelta(0),
) -> list[tuple[datetime, datetime]]:
    """Return when a room is free between `day_start` and `day_end`, in order.

    Each booking and each free slot is a pair of begin and end; the end is free again. Slots shorter than
    `minimum_length` are left out.

    >>> meeting = (datetime(2024, 5, 6, 9), datetime(2024, 5, 6, 10))
    >>> find_free_slots([meeting], datetime(2024, 5, 6, 8), datetime(2024, 5, 6, 18))
    [(datetime.datetime(2024, 5, 6, 8, 0), datetime.datetime(2024, 5, 6, 9, 0)), \
(datetime.datetime(2024, 5, 6, 10, 0), datetime.datetime(2024, 5, 6, 18, 0))]
    """
