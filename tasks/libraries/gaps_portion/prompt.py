import portion as P


def free_gaps(busy: list[P.Interval], day_start: int, day_end: int) -> P.Interval:
    """Return the free time of a day: every stretch in which nothing is busy, in the order of time.

    Times are minutes. Busy times are intervals of portion, from a start up to an end that is no part of them; so is
    the result, one interval with a part for each stretch. Busy times may come in any order, overlap, or lie within
    each other. What is busy before the day starts or after it ends does not count.

    >>> free_gaps([P.closedopen(600, 660)], 540, 1020)
    [540,600) | [660,1020)
    """
