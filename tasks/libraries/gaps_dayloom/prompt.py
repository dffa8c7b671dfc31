from dayloom import SpanSet


def free_gaps(busy: SpanSet, day_start: int, day_end: int) -> SpanSet:
    """Return the free time of a day: every stretch in which nothing is busy, in the order of time.

    Times are minutes. Busy times are a set of spans of dayloom, and so is the result. A span's end is no part of it.
    Busy times may come in any order, overlap, or lie within each other. What is busy before the day starts or
    after it ends does not count.

    >>> free_gaps(SpanSet.of([(600, 660)]), 540, 1020).pairs()
    [(540, 600), (660, 1020)]
    """
