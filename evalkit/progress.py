"""What is shown while a run goes on: a live display on a terminal, a plain line every few seconds elsewhere.

Everything goes to standard error; standard output is for results.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TextIO

from evalkit.types import Status

if TYPE_CHECKING:
    from rich.console import Group

LINE_EVERY = 5.0  # seconds between plain lines


class Progress(Protocol):
    """Where a run reports what it has done."""

    def note(self, message: str) -> None:
        """One line about what is happening now."""

    def drawn(self, tokens: int | None) -> None:
        """A sample of so many tokens was drawn; None where nobody counted them."""

    def judged(self, statuses: Iterable[Status]) -> None:
        """A sample was judged: what became of its tests."""


class Tally:
    """Counts of one session, and the speed and the time left that follow from them."""

    def __init__(self, to_draw: int, to_judge: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.to_draw = to_draw
        self.to_judge = to_judge
        self.samples_drawn = 0
        self.samples_judged = 0
        self.tokens = 0
        self.verdicts = dict.fromkeys(Status, 0)
        self._clock = clock
        self._started = clock()

    def drawn(self, tokens: int | None) -> None:
        """Count a drawn sample and its tokens."""
        self.samples_drawn += 1
        self.tokens += tokens or 0

    def judged(self, statuses: Iterable[Status]) -> None:
        """Count a judged sample and its verdicts."""
        self.samples_judged += 1
        for status in statuses:
            self.verdicts[status] += 1

    @property
    def seconds(self) -> float:
        """Time since the session began."""
        return self._clock() - self._started

    @property
    def tokens_per_second(self) -> float:
        """New tokens per second over the whole session."""
        return self.tokens / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """From the slower of drawing and judging; None before there is anything to go by."""
        pairs = ((self.samples_drawn, self.to_draw), (self.samples_judged, self.to_judge))
        if any(total and not done for done, total in pairs):
            return None
        return max((self.seconds * (total - done) / done for done, total in pairs if done), default=0.0)

    def line(self) -> str:
        """What is done. Where nothing is drawn, as when judging a file, nothing is said of drawing.

        >>> Tally(8, 8, clock=lambda: 0.0).line()
        '0/8 drawn, 0/8 judged, 0 tokens/s, tests 0 passed 0 failed 0 other, time left unknown'
        """
        passed, failed = self.verdicts[Status.PASSED], self.verdicts[Status.FAILED]
        other = sum(self.verdicts.values()) - passed - failed
        drawing = f"{self.samples_drawn}/{self.to_draw} drawn, " if self.to_draw else ""
        speed = f"{self.tokens_per_second:.0f} tokens/s, " if self.to_draw else ""
        return (
            f"{drawing}{self.samples_judged}/{self.to_judge} judged, {speed}"
            f"tests {passed} passed {failed} failed {other} other, time left {duration(self.seconds_left)}"
        )


class LineProgress:
    """Plain lines, for logs and CI."""

    def __init__(self, tally: Tally, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._tally, self._stream, self._clock = tally, stream, clock
        self._last = clock()

    def note(self, message: str) -> None:
        """One line about what is happening now."""
        print(message, file=self._stream, flush=True)

    def drawn(self, tokens: int | None) -> None:
        """Count; print a line when the last one is some seconds old."""
        self._tally.drawn(tokens)
        self._tick()

    def judged(self, statuses: Iterable[Status]) -> None:
        """Count; print a line when the last one is some seconds old."""
        self._tally.judged(statuses)
        self._tick()

    def _tick(self) -> None:
        if self._clock() - self._last >= LINE_EVERY:
            self._last = self._clock()
            self.note(self._tally.line())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.note(self._tally.line())


class LiveProgress:
    """A bar and a line under it that are redrawn in place, for terminals."""

    def __init__(self, tally: Tally, stream: TextIO) -> None:
        from rich.console import Console
        from rich.live import Live

        self._tally = tally
        self._live = Live(
            get_renderable=self._display,  # asked again four times a second, so that the time goes on
            console=Console(file=stream, highlight=False),
            refresh_per_second=4,
            transient=True,
        )

    def note(self, message: str) -> None:
        """A line above the bar."""
        self._live.console.print(message, markup=False)

    def drawn(self, tokens: int | None) -> None:
        """Count."""
        self._tally.drawn(tokens)

    def judged(self, statuses: Iterable[Status]) -> None:
        """Count."""
        self._tally.judged(statuses)

    def _display(self) -> "Group":
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.text import Text

        total = self._tally.to_draw + self._tally.to_judge
        done = self._tally.samples_drawn + self._tally.samples_judged
        return Group(ProgressBar(total=max(total, 1), completed=done), Text(self._tally.line()))

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()
        self.note(self._tally.line())


def progress(tally: Tally, stream: TextIO | None = None) -> LineProgress | LiveProgress:
    """The live display when standard error is a terminal and CI is not set, else plain lines."""
    stream = stream or sys.stderr
    if stream.isatty() and not os.environ.get("CI"):
        return LiveProgress(tally, stream)
    return LineProgress(tally, stream)


def duration(seconds: float | None) -> str:
    """A time in hours, minutes or seconds.

    >>> duration(3725.2), duration(65), duration(4)
    ('1h02m', '1m05s', '4s')
    """
    if seconds is None:
        return "unknown"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes:02}m"
    return f"{minutes}m{rest:02}s" if minutes else f"{rest}s"
