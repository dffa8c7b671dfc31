import heapq


def run_events(events: list[tuple], last_time: float) -> list[str]:
    """Run the events that are due, and return the names of those that ran to their end, in order.

    Events are tuples of time, rank, name and an action to call without arguments. They run in the order of their
    times, those of one time by rank, the smallest first. Events up to and at the last time run, later ones do not.
    No real time passes. An event whose action raises is left out of the result, and the others run all the same.
    The queue is a heap of heapq.

    >>> run_events([(20, 0, "late", list), (10, 0, "early", list)], 100)
    ['early', 'late']
    """
