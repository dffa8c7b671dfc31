"""The text of one row while it is drawn: decoded as it grows, and searched for stop strings."""

from collections.abc import Callable, Sequence

from evalkit.stopping import Stops, settled_text
from evalkit.types import StopReason

CONTEXT = 8  # prompt tokens decoded along: many decoders drop the space before the first token they see

Decode = Callable[[Sequence[int]], str]


def continuation(decode: Decode, prompt_ids: Sequence[int], ids: Sequence[int]) -> str:
    """What `ids` add to the text of the prompt. Decoded alone they could lack their first space.

    That space is indentation: without it `    return` after a prompt would be `   return`.
    """
    before = list(prompt_ids[-CONTEXT:])
    return decode([*before, *ids])[len(decode(before)) :]


class DrawnText:
    """Equals `continuation` of all ids so far, but each token costs the decoding of a few, not of all."""

    def __init__(self, decode: Decode, prompt_ids: Sequence[int], stops: Stops) -> None:
        self._decode, self._stops = decode, stops
        self._window = list(prompt_ids[-CONTEXT:])  # ids decoded at each step
        self._known = len(self._window)  # how many of them `_before` is the text of
        self._before = decode(self._window)
        self.settled = ""
        self.text = ""

    def append(self, token: int) -> tuple[int, StopReason] | None:
        """Add one token; returns where the text is to be cut, and why, if a stop is in it now."""
        self._window.append(token)
        decoded = self._decode(self._window)
        self.text = self.settled + decoded[len(self._before) :]
        cut = self._stops.find(self.text, searched=len(self.settled))
        if settled_text(self.text, self.settled) is self.text:
            self._settle()
        return cut

    def _settle(self) -> None:
        # What was new becomes the context of what comes next.
        self.settled = self.text
        del self._window[: self._known]
        self._known = len(self._window)
        self._before = self._decode(self._window)
