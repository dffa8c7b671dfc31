from collections.abc import Callable
from typing import Any


class ShutdownCoordinator:
    def __init__(self, signal_source: Any) -> None:
        self._signal_source = signal_source
        self._cleanups: list[Callable[[], object]] = []
        self._original: dict[str, Any] = {}
        self.stop_requested = False

    def install_handlers(self) -> None:
        for name in ("SIGTERM", "SIGINT"):
            former = self._signal_source.set_handler(name, self._handle)
            if name not in self._original:
                self._original[name] = former

    def remove_handlers(self) -> None:
        for name in list(self._original):
            self._signal_source.set_handler(name, self._original.pop(name))

    def add_cleanup(self, cleanup_step: Callable[[], object]) -> None:
        self._cleanups.append(cleanup_step)

    def run_cleanups(self) -> None:
        for step in reversed(self._cleanups):
            try:
                step()
            except Exception as exc:
                print("cleanup failed:", exc)

    def _handle(self, signal_name: str) -> None:
        if signal_name == "SIGINT":
            self.stop_requested = True
