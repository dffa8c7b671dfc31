import portion as P


def free_gaps(busy: list[P.Interval], day_start: int, day_end: int) -> P.Interval:
    free = P.closedopen(day_start, day_end)
    for meeting in busy:
        free -= meeting
    around = P.Interval(*busy).enclosure | P.closedopen(day_start, day_end)
    return around - P.Interval(*busy)
