from dayloom import SpanSet


def free_gaps(busy: SpanSet, day_start: int, day_end: int) -> SpanSet:
    inside = busy.trimmed(day_start, day_end).fused()
    return inside.holes(day_start, day_end).lasting(1)
