import portion as P


def free_gaps(busy: list[P.Interval], day_start: int, day_end: int) -> P.Interval:
    day = P.closedopen(day_start, day_end)
    inside = [meeting & day for meeting in busy if meeting.overlaps(day)]
    ends = [day_start, *(meeting.upper for meeting in inside)]
    starts = [*(meeting.lower for meeting in inside), day_end]
    return P.Interval(*(P.closedopen(*pair) for pair in zip(ends, starts)))
