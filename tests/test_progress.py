"""What is shown: counts, speed and time left, on a terminal and in a log."""

import io

import pytest

from evalkit.progress import LINE_EVERY, LineProgress, LiveProgress, Tally, progress
from evalkit.types import Status

TOKENS = 50
STATUSES = [Status.PASSED, Status.FAILED, Status.TIMEOUT, Status.UNSCORED]


class Clock:
    """Seconds that pass when told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_speed_and_time_left_follow_from_the_counts() -> None:
    clock = Clock()
    tally = Tally(10, 10, clock)
    assert tally.seconds_left is None
    for _ in range(4):
        tally.drawn(TOKENS)
    tally.judged(STATUSES)
    clock.now += 20
    assert tally.tokens_per_second == 10
    assert tally.seconds_left == 20 * 9  # one of ten judged in 20 seconds: judging is the slower one
    assert tally.line() == "4/10 drawn, 1/10 judged, 10 tokens/s, tests 1 passed 1 failed 2 other, time left 3m00s"


def test_nothing_to_draw_leaves_the_time_of_judging() -> None:
    clock = Clock()
    tally = Tally(0, 4, clock)
    tally.judged(STATUSES)
    clock.now += 5
    assert tally.seconds_left == 15
    assert tally.line() == "1/4 judged, tests 1 passed 1 failed 2 other, time left 15s"


def test_a_log_gets_a_line_every_few_seconds_and_one_at_the_end() -> None:
    clock, stream = Clock(), io.StringIO()
    with LineProgress(Tally(3, 3, clock), stream, clock) as display:
        display.drawn(TOKENS)
        assert stream.getvalue() == ""
        clock.now += LINE_EVERY
        display.judged(STATUSES)
        display.drawn(TOKENS)
    lines = stream.getvalue().splitlines()
    assert [line.split(",")[0] for line in lines] == ["1/3 drawn", "2/3 drawn"]


def test_a_terminal_gets_a_display_unless_ci_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert isinstance(progress(Tally(1, 1), Terminal()), LiveProgress)
    assert isinstance(progress(Tally(1, 1), io.StringIO()), LineProgress)
    monkeypatch.setenv("CI", "true")
    assert isinstance(progress(Tally(1, 1), Terminal()), LineProgress)


def test_the_display_shows_the_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("CI", raising=False)
    stream = Terminal()
    with progress(Tally(1, 1), stream) as display:
        display.note("[something] happened")
        display.drawn(TOKENS)
        display.judged(STATUSES)
    shown = stream.getvalue()
    assert "[something] happened" in shown
    assert "1/1 drawn, 1/1 judged" in shown.replace("\n", " ")
