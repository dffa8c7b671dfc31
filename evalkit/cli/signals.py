"""SIGINT and SIGTERM end a command in good order; the second one ends it at once."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stoppable() -> Iterator[None]:
    """Within it the first signal raises KeyboardInterrupt, so that everything open is closed on the way out."""
    seen: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        if seen:
            os._exit(128 + number)  # whoever asks twice does not want to wait for what hangs
        seen.append(number)
        raise KeyboardInterrupt

    previous = {number: signal.signal(number, stop) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
