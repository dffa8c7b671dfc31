"""Clockworks: bookings of actions at times, run in order when the clockwork is wound. No real time passes."""

from collections.abc import Callable
from typing import Any

Action = Callable[[], Any]
OnJam = Callable[[str, Exception], Any]


class Clockwork:
    """Bookings that have not been run yet, and the time up to which it was wound."""

    def __init__(self, now: float = 0) -> None:
        self.now = now
        self._bookings: list[tuple[float, int, str, Action]] = []

    def book(self, at: float, action: Action, label: str = "", rank: int = 0) -> None:
        """Have `action()` run at a time. Of bookings at one time the smaller rank runs first, then the earlier one."""
        self._bookings.append((at, rank, label, action))

    def wind(self, to: float, inclusive: bool = False, on_jam: OnJam | None = None) -> list[str]:
        """Run what is booked before `to`, and at `to` where `inclusive`; the labels of what ran to its end, in order.

        An action that raises ends the winding with its exception. With `on_jam` that is called instead, with label and
        exception, and the winding goes on.
        """
        finished = []
        while (booking := self._next(to, inclusive)) is not None:
            at, _, label, action = booking
            self._bookings.remove(booking)
            self.now = at
            try:
                action()
            except Exception as error:  # whatever an action raises has jammed it
                if on_jam is None:
                    raise
                on_jam(label, error)
                continue
            finished.append(label)
        self.now = to
        return finished

    def _next(self, to: float, inclusive: bool) -> tuple[float, int, str, Action] | None:
        due = [each for each in self._bookings if each[0] < to or (inclusive and each[0] == to)]
        return min(due, key=lambda booking: booking[:2], default=None)
