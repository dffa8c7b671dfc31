from typing import Any


class ShutdownCoordinator:
    """Lets a program end in order when it is told to stop.

    `install_handlers()` listens to "SIGTERM" and "SIGINT"; either one sets `stop_requested` to True and does nothing
    else. `remove_handlers()` puts the former handlers back. `add_cleanup(cleanup_step)` registers a function without
    parameters. The program calls `run_cleanups()` when it is ready to end: the cleanups run, the last one added first.

    >>> class DemoSignals:
    ...     def __init__(self):
    ...         self.current = {}
    ...     def set_handler(self, signal_name, new_handler):
    ...         former_handler = self.current.get(signal_name, "default")
    ...         self.current[signal_name] = new_handler
    ...         return former_handler
    >>> signals = DemoSignals()
    >>> coordinator = ShutdownCoordinator(signals)
    >>> coordinator.install_handlers()
    >>> coordinator.add_cleanup(lambda: print("closed"))
    >>> coordinator.stop_requested
    False
    >>> signals.current["SIGINT"]("SIGINT")
    >>> coordinator.stop_requested
    True
    >>> coordinator.run_cleanups()
    closed
    """

    def __init__(self, signal_source: Any) -> None:
        """`signal_source.set_handler(signal_name, new_handler)` installs a handler and returns the former one.

        The handler is called with the name of the signal.
        """
