from collections.abc import Callable
from typing import Any


class ShutdownCoordinator:
    SIGNALS = ["SIGTERM", "SIGINT"]

    def __init__(self, signal_source: Any) -> None:
        self._source = signal_source
        self._old_handlers: dict[str, Any] | None = None
        self._steps: list[Callable[[], object]] = []
        self.stop_requested = False

    def install_handlers(self) -> None:
        if self._old_handlers is not None:
            return
        self._old_handlers = {}
        for name in self.SIGNALS:
            self._old_handlers[name] = self._source.set_handler(name, self._on_signal)

    def remove_handlers(self) -> None:
        if self._old_handlers is None:
            return
        for name, handler in self._old_handlers.items():
            self._source.set_handler(name, handler)
        self._old_handlers = None

    def add_cleanup(self, cleanup_step: Callable[[], object]) -> None:
        self._steps.append(cleanup_step)

    def run_cleanups(self) -> None:
        steps, self._steps = self._steps, []
        for step in steps:
            step()

    def _on_signal(self, signal_name: str) -> None:
        self.stop_requested = True
