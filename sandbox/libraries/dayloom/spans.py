"""Sets of spans: from a start up to an end that is no part of it."""

from collections.abc import Iterable, Iterator

Pair = tuple[int, int]


class SpanSet:
    """Spans in the order of their starts. A set never changes; every method gives a new one."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self._pairs = sorted(pairs)

    @classmethod
    def of(cls, pairs: Iterable[Pair]) -> "SpanSet":
        """From pairs of start and end, in any order. They may overlap, and stay as they are until they are fused."""
        return cls((start, end) for start, end in pairs)

    def pairs(self) -> list[Pair]:
        """The spans as pairs of start and end."""
        return list(self._pairs)

    def __iter__(self) -> Iterator[Pair]:
        return iter(self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def trimmed(self, start: int, end: int) -> "SpanSet":
        """What of the spans lies between `start` and `end`."""
        inside = ((max(first, start), min(last, end)) for first, last in self._pairs)
        return SpanSet((first, last) for first, last in inside if first < last)

    def fused(self) -> "SpanSet":
        """Spans that overlap or touch made one, so that no two of the result do."""
        joined: list[Pair] = []
        for start, end in self._pairs:
            if joined and start <= joined[-1][1]:
                joined[-1] = joined[-1][0], max(joined[-1][1], end)
            else:
                joined.append((start, end))
        return SpanSet(joined)

    def holes(self, start: int, end: int) -> "SpanSet":
        """What lies between each span and the next one, before the first from `start`, and after the last to `end`.

        Only neighbours are looked at. So the set should be trimmed and fused: else holes may overlap spans, be empty
        or end before they start.
        """
        ends = [start, *(last for _, last in self._pairs)]
        starts = [*(first for first, _ in self._pairs), end]
        return SpanSet(zip(ends, starts, strict=True))

    def lasting(self, shortest: int) -> "SpanSet":
        """Only the spans that last `shortest` or longer."""
        return SpanSet((start, end) for start, end in self._pairs if end - start >= shortest)
