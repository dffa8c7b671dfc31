from collections.abc import Callable
from typing import Any

SIGNAL_NAMES = ("SIGTERM", "SIGINT")


class ShutdownCoordinator:
    """Notes that a signal came; cleanups are taken off the list before they run, so each runs once."""

    def __init__(self, signal_source: Any) -> None:
        self.stop_requested = False
        self._signals = signal_source
        self._former: dict[str, Any] = {}
        self._cleanups: list[Callable[[], object]] = []

    def install_handlers(self) -> None:
        """Listen to the signals; a second call changes nothing."""
        if not self._former:
            self._former = {name: self._signals.set_handler(name, self._request_stop) for name in SIGNAL_NAMES}

    def remove_handlers(self) -> None:
        """Put the former handlers back."""
        while self._former:
            self._signals.set_handler(*self._former.popitem())

    def add_cleanup(self, cleanup_step: Callable[[], object]) -> None:
        """Register a function to run at the end."""
        self._cleanups.append(cleanup_step)

    def run_cleanups(self) -> None:
        """Run all cleanups, the last one added first; raises an ExceptionGroup of what failed."""
        failures: list[Exception] = []
        while self._cleanups:
            try:
                self._cleanups.pop()()
            except Exception as error:  # the other cleanups matter as much
                failures.append(error)
        if failures:
            raise ExceptionGroup("some cleanups failed", failures)

    def _request_stop(self, _signal_name: str) -> None:
        self.stop_requested = True
