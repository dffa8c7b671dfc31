"""Progress that is also told to other machines, through the run directory."""

import os
import socket
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from evalkit.paths import AnyPath
from evalkit.progress import Progress, Tally, progress
from evalkit.results.progress_file import EVERY, MESSAGES, write_progress
from evalkit.types import Status


@contextmanager
def recorded(tally: Tally, run: AnyPath, engine: str) -> Iterator[Progress]:
    """The display on standard error, and progress.json in the run directory every EVERY seconds."""
    with progress(tally) as display:
        recording = _Recording(display, tally, run, engine)
        beside = threading.Thread(target=recording.go_on, daemon=True)
        beside.start()
        try:
            yield recording
        finally:
            recording.ended.set()
            beside.join()


class _Recording:
    def __init__(self, display: Progress, tally: Tally, run: AnyPath, engine: str) -> None:
        self._display, self._tally, self._run, self._engine = display, tally, run, engine
        self._started = _now()
        self._messages: deque[dict[str, str]] = deque(maxlen=MESSAGES)
        self.ended = threading.Event()

    def note(self, message: str) -> None:
        """See Progress."""
        self._messages.append({"time": _now(), "message": message})
        self._display.note(message)

    def drawn(self, tokens: int | None) -> None:
        """See Progress."""
        self._display.drawn(tokens)

    def judged(self, statuses: Iterable[Status]) -> None:
        """See Progress."""
        self._display.judged(statuses)

    def go_on(self) -> None:
        """Write until the work has ended, and once more then."""
        self._write()
        while not self.ended.wait(EVERY):
            self._write()
        self._write()

    def _write(self) -> None:
        tally = self._tally
        record = {
            "engine": self._engine,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "started": self._started,
            "updated": _now(),
            "ended": self.ended.is_set(),
            "seconds": round(tally.seconds, 3),
            "drawn": tally.samples_drawn,
            "judged": tally.samples_judged,
            "to_draw": tally.to_draw,
            "to_judge": tally.to_judge,
            "tokens": tally.tokens,
            "messages": list(self._messages),
        }
        write_progress(self._run, record)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
