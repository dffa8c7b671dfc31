from collections.abc import Callable
from typing import Any


class ShutdownCoordinator:
    def __init__(self, signal_source: Any) -> None:
        self.signal_source = signal_source
        self.stop_requested = False
        self.previous_handlers: dict[str, Any] = {}
        self.cleanups: list[Callable[[], object]] = []

    def install_handlers(self) -> None:
        for name in ("SIGTERM", "SIGINT"):
            self.previous_handlers[name] = self.signal_source.set_handler(name, self._signal_received)

    def remove_handlers(self) -> None:
        for name, handler in self.previous_handlers.items():
            self.signal_source.set_handler(name, handler)

    def add_cleanup(self, cleanup_step: Callable[[], object]) -> None:
        self.cleanups.append(cleanup_step)

    def run_cleanups(self) -> None:
        errors = []
        while self.cleanups:
            step = self.cleanups.pop()
            try:
                step()
            except Exception as exc:
                errors.append(exc)
        if errors:
            raise errors[0]

    def _signal_received(self, signal_name: str) -> None:
        self.stop_requested = True
