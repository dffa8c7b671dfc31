import portion as P


def free_gaps(busy: list[P.Interval], day_start: int, day_end: int) -> P.Interval:
    free = P.closedopen(day_start, day_end)
    for meeting in busy:
        free -= meeting
    return P.Interval(*(gap for gap in free if gap.empty or gap.upper - gap.lower >= 15))
