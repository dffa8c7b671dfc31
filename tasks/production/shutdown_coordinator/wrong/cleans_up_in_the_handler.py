from collections.abc import Callable
from typing import Any


class ShutdownCoordinator:
    def __init__(self, signal_source: Any) -> None:
        self.signal_source = signal_source
        self.stop_requested = False
        self._cleanups: list[Callable[[], object]] = []
        self._previous: dict[str, Any] = {}

    def install_handlers(self) -> None:
        for name in ("SIGTERM", "SIGINT"):
            previous = self.signal_source.set_handler(name, self._handle_signal)
            self._previous.setdefault(name, previous)

    def remove_handlers(self) -> None:
        for name, handler in self._previous.items():
            self.signal_source.set_handler(name, handler)
        self._previous.clear()

    def add_cleanup(self, cleanup_step: Callable[[], object]) -> None:
        self._cleanups.append(cleanup_step)

    def run_cleanups(self) -> None:
        if self.stop_requested:
            return
        self._run_all()

    def _run_all(self) -> None:
        while self._cleanups:
            step = self._cleanups.pop()
            try:
                step()
            except Exception as exc:
                print(f"Cleanup failed: {exc}")

    def _handle_signal(self, signal_name: str) -> None:
        self.stop_requested = True
        self._run_all()
