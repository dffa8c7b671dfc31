"""A sandbox that is opened while what will be judged in it is still being read. Imports little, for it comes first.

An engine takes its time to start a container, and other modules can be imported meanwhile. This is a first try, and
says nothing: where it fails for whatever reason, the sandbox is opened later in the usual way, which tells why.
"""

import contextlib
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Self

from evalkit.sandboxes import candidates, open_warm
from evalkit.types import Sandbox


class Opening:
    """Opens one in a thread. `take` it; at the end of the `with` block one that nobody took is closed."""

    def __init__(self, wanted: Mapping[str, Any]) -> None:
        """`wanted`: "sandbox" and "workers", and "runtime" where one is asked for. Only of containers: others start at
        once. Raises ConfigError for a runtime where there are no containers."""
        self._opened: Future[Sandbox] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="opening")
        runtime = wanted.get("runtime")
        if candidates(wanted["sandbox"], runtime)[0] == "docker":
            self._opened = self._thread.submit(open_warm, wanted["workers"], runtime)

    def take(self) -> Sandbox | None:
        """The sandbox, when it is there; None where there is none, or it was taken before."""
        sandbox = None
        if self._opened is not None:
            with contextlib.suppress(Exception):  # opened in the usual way, it says what is wrong
                sandbox = self._opened.result()
        self._opened = None  # only now: who stops waiting for it leaves it to be closed
        return sandbox

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        if (sandbox := self.take()) is not None:
            sandbox.close()
        self._thread.shutdown()
